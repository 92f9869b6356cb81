export { LakeUnavailable, WrongStatement } from "./errors.ts"
/** @public For programs that read what `pos kpi --json` has printed. */
export { kpiJson } from "./kpi-json.ts"
/** @public `Lake` as above. */
export {
  type Access,
  columnsOf,
  extensionFile,
  Lake,
  nameTables,
  type OpenLake,
  openLake,
  type Query,
  query,
  queryAll,
  type QueryResult,
} from "./lake.ts"
export { identifier, type LakeLocation, literal, mentioned, type TableView } from "./location.ts"
/** @public For programs that read tables: `lake.kpi(…)`, `lake.table(…)`. */
export * as lake from "./read.ts"
export type { Question } from "./typed.ts"
/** @public For programs that open the lake of a deployment. */
export { ofLocalAws, ofStack } from "./where.ts"
export { ratioOf, withRatioColumns } from "./ratios.ts"
export { attempt, isForbidden } from "./reading.ts"
export { hiveType, readStored, type StoredTable } from "./stored.ts"
export { decimalText, type Json, toJson } from "./values.ts"
export { isMissing, unreadable } from "./unreadable.ts"
