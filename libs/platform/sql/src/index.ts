export { canonicalJson } from "./canonical.ts"
export { compile, compileAll } from "./compile.ts"
export {
  type DatasetContent,
  type DescribedKpi,
  type DescribedColumn,
  executable,
  type PlanContent,
  wordsOf,
} from "./content.ts"
export type { Compiled, Dialect, Fragment, Scope, TableDialect } from "./dialect.ts"
export { duckdb } from "./dialects/duckdb.ts"
export { polars } from "./dialects/polars.ts"
export { spark } from "./dialects/spark.ts"
/** @public The types of what the compilers return name these. */
export { UnsupportedInDialect } from "./errors.ts"
/** @public As above. */
export { UnsupportedTable } from "./transform/index.ts"
export { expression } from "./expression.ts"
export { kpiSelect } from "./kpi.ts"
export { type Canary, type CuratedTable, DatasetPlan, type KpiTable, Plan, type TableColumn, tablesOf } from "./plan.ts"
export { DatasetWords, Words } from "./plan-words.ts"
export { SOURCE_ORDER, sparkColumns } from "./tables.ts"
export { expectation } from "./words.ts"
