/** The newest runs with their counts, as `runs --json` prints them. */
import { RunId, ValidationSummary } from "@pos/pipeline"
import { Effect, Schema } from "effect"
import { readManifest, readTransformation, readValidation } from "./documents.ts"
import { newestRuns } from "./newest.ts"
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

const AT_ONCE = 8

export const overview = Effect.fn("overview")(function* (machine: string, results: string, limit: number) {
  const runs = yield* newestRuns(machine, limit)
  return yield* Effect.forEach(
    runs,
    ({ runId, execution }) =>
      Effect.gen(function* () {
        const validation = yield* readValidation(results, runId)
        const transformation = yield* readTransformation(results, runId)
        return {
          runId,
          dataset: validation?.dataset ?? (yield* readManifest(results, runId))?.dataset ?? null,
          status: execution.status,
          started: execution.started.toISOString(),
          seconds: ((execution.ended ?? new Date()).getTime() - execution.started.getTime()) / 1000,
          files: validation?.files ?? null,
          appended: transformation?.rows.appended ?? null,
        } satisfies RunOverview
      }),
    { concurrency: AT_ONCE },
  )
})
