/** A run as a line of `runs --json`. Pure. */
import { RunId, ValidationSummary } from "@pos/pipeline"
import { Schema } from "effect"
import { RunReport } from "./run-report.ts"

export const RunOverview = Schema.Struct({
  runId: RunId,
  /** Null when nothing names it (yet). */
  dataset: RunReport.fields.dataset,
  status: RunReport.fields.status,
  started: Schema.String,
  seconds: Schema.Finite,
  /** Null before the validation has ended. */
  files: Schema.NullOr(ValidationSummary.fields.files),
  /** New rows in the curated table; null when nothing was transformed. */
  appended: Schema.NullOr(Schema.Natural),
})
export type RunOverview = typeof RunOverview.Type
