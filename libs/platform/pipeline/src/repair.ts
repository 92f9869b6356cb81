import { Schema } from "effect"
import { ContractReference } from "./contract-reference.ts"
import { DatasetId } from "./dataset-id.ts"
import { layoutNames, runsPrefix } from "./layout.ts"

/** `show` only tells what a repair would do; `apply` does it. */
export const RepairMode = Schema.Literals(["show", "apply"]).annotate({ identifier: "RepairMode" })
export type RepairMode = typeof RepairMode.Type

const RepairedRows = Schema.Struct({ found: Schema.Natural, moved: Schema.Natural }).annotate({
  identifier: "RepairedRows",
})

/** A KPI table: its stale dates, at most 366 of the `staleDates`; `behind` = it is not at the newest curated version. */
const KpiState = Schema.Struct({
  name: Schema.NonEmptyString,
  stale: Schema.Array(Schema.String),
  staleDates: Schema.Natural,
  behind: Schema.Boolean,
}).annotate({ identifier: "KpiState" })

/**
 * What a repair of the lake found and, in the mode `apply`, did. `samples` are the first rows outside of the contract's
 * bounds, whole, with `broken_column` and `broken_value`; `quarantine` are the files that such rows were moved to.
 */
export const RepairReport = Schema.Struct({
  runId: Schema.NonEmptyString,
  mode: RepairMode,
  dataset: Schema.optionalKey(DatasetId),
  contract: ContractReference,
  rows: RepairedRows,
  columns: Schema.Record(Schema.String, Schema.Natural),
  dates: Schema.Array(Schema.String),
  datesTouched: Schema.Natural,
  samples: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
  quarantine: Schema.Array(Schema.String),
  kpis: Schema.Array(KpiState),
  kpisAfter: Schema.Array(KpiState),
  seconds: Schema.Finite,
}).annotate({ identifier: "RepairReport" })
export type RepairReport = typeof RepairReport.Type

/** The key of a repair's report in the results bucket. */
export const repairReportKey = (runId: string): string =>
  `${runsPrefix}${runId}/${layoutNames.transformation}/${layoutNames.repair}`
