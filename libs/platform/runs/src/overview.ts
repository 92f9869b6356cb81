/** The newest runs with their counts. */
import { Effect } from "effect"
import { readManifest, readTransformation, readValidation } from "./documents.ts"
import { newestRuns } from "./newest.ts"
import type { RunOverview } from "./run-overview.ts"

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
