/** From a contract to a plan: everything that the jobs and the stack need, as one value. */
import {
  type Dataset,
  datasetId,
  type Field,
  fileReasons,
  type Kpi,
  type Registry,
  rowReasons,
  trailerReasons,
  unexpectedColumn,
  wholeListReasons,
} from "@pos/contract"
import { Effect, Record } from "effect"
import type { DatasetContent, PlanContent } from "./content.ts"
import type { UnsupportedInDialect } from "./errors.ts"
import { kpiSelect } from "./kpi.ts"
import type { DatasetPlan } from "./plan.ts"
import { curatedTable, kpiTable, tableType } from "./tables.ts"
import {
  boundedColumns,
  compileTransform,
  relations,
  type Transform,
  type TransformDialect,
  transformDialects,
  type TransformInput,
  type UnsupportedTable,
} from "./transform/index.ts"
import { exactValidation } from "./validation/exact.ts"
import { fastValidation } from "./validation/fast.ts"
import { compileLeniency } from "./validation/lenient.ts"
import { datedParts } from "./validation/validated.ts"

type PlanColumn = DatasetContent["columns"][number]

/** What a value is in a file that knows types: a text out of a list is a text. */
const inputOf = ({ column: { kind } }: Field): PlanColumn["input"] => (kind === "oneOf" ? "text" : kind)

const planColumn = (field: Field): PlanColumn => ({
  name: field.name,
  input: inputOf(field),
  type: tableType(field.column),
  required: field.required,
  description: field.description,
  ...(field.unit === undefined ? {} : { unit: field.unit }),
  ...(field.personal ? { personal: true as const } : {}),
})

const mayHaveTrailer = ({ leniency }: Dataset): boolean =>
  [leniency, ...Object.values(leniency?.from ?? {})].some((forms) => forms?.trailer !== undefined)

/** The words of every code that a run can report, the rules' own included: no dates where no column holds one. */
const reasonsOf = (data: Dataset, exact: DatasetPlan["validation"]["exact"]): DatasetContent["reasons"] => ({
  ...fileReasons,
  ...(data.delivers === "wholeList" ? wholeListReasons : {}),
  ...(mayHaveTrailer(data) ? trailerReasons : {}),
  unexpected_column: unexpectedColumn(data.policies.unexpectedColumn),
  ...Object.fromEntries(
    Object.entries(rowReasons).filter(([code]) =>
      [...exact.rules, ...exact.keys.rules].some((rule) => rule.code === code),
    ),
  ),
  ...Object.fromEntries(
    [...data.rules, ...(data.groupRules ?? [])].map((rule) => [
      rule.id,
      { scope: "row", severity: rule.severity, dimension: rule.dimension, ...rule.words } as const,
    ]),
  ),
})

/** The transformation's statements in one dialect; its KPIs read the curated rows of the touched dates. */
const transformation = (
  dialect: TransformDialect,
  content: Omit<TransformInput, "kpis">,
  data: Dataset,
  kpis: ReadonlyArray<Kpi>,
): Effect.Effect<Transform, UnsupportedInDialect | UnsupportedTable> =>
  Effect.gen(function* () {
    const selects = yield* Effect.all(kpis.map((kpi) => kpiSelect(kpi, dialect, relations.touched, data)))
    const input = {
      ...content,
      kpis: kpis.map((kpi, index) => ({ table: kpiTable(kpi), select: selects[index] ?? "" })),
    }
    return yield* compileTransform(dialect, input)
  })

/** Compiles a dataset and its KPIs; fails when a check, an expression or a table has no equal in one of the engines. */
export const compile = (
  data: Dataset,
  kpis: ReadonlyArray<Kpi>,
): Effect.Effect<DatasetContent, UnsupportedInDialect | UnsupportedTable> =>
  Effect.gen(function* () {
    const fast = yield* fastValidation(data)
    const exact = yield* exactValidation(data)
    const leniency = compileLeniency(data)
    const parts = datedParts(data)
    const { businessDate } = data
    const curated = curatedTable(data)
    const input = {
      validated: exact.columns,
      curated,
      ...(data.eventTime === undefined ? {} : { eventTime: data.eventTime.storedAs }),
      acrossFiles: data.policies.acrossFiles,
      ...(businessDate === undefined ? {} : { businessDate }),
      ...(data.delivers === undefined ? {} : { delivers: data.delivers }),
      bounds: boundedColumns(data),
      ...(data.canary === undefined ? {} : { canary: data.canary }),
    }
    return {
      kind: data.kind,
      ...(data.delivers === undefined ? {} : { delivers: data.delivers }),
      contract: { name: data.name, version: data.version, description: data.description },
      columns: data.fields.map(planColumn),
      key: [...data.key],
      policies: data.policies,
      ...(businessDate === undefined ? {} : { businessDate }),
      ...(data.canary === undefined ? {} : { canary: data.canary }),
      reasons: reasonsOf(data, exact),
      validation: {
        fast,
        exact,
        ...(leniency === undefined ? {} : { leniency }),
        ...(parts === undefined ? {} : { parts }),
      },
      tables: { curated, kpis: kpis.map(kpiTable) },
      transformation: yield* Effect.all(
        Record.map(transformDialects, (dialect) => transformation(dialect, input, data, kpis)),
      ),
    }
  })

/** Compiles every dataset of a registry. */
export const compileAll = (entries: Registry): Effect.Effect<PlanContent, UnsupportedInDialect | UnsupportedTable> =>
  Effect.gen(function* () {
    const datasets: Record<string, DatasetContent> = {}
    for (const { dataset, kpis } of entries) datasets[datasetId(dataset)] = yield* compile(dataset, kpis)
    return { format: "pos-plan/2", datasets, defaultDataset: datasetId(entries[0].dataset) }
  })
