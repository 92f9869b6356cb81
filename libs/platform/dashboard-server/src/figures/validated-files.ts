/** The validated rows that runs have kept, and which file of a supplier's each of their files is of. */
import type { RunId } from "@pos/pipeline"
import { readVerdicts } from "@pos/runs"
import { Effect } from "effect"
import { notAnswered } from "../ask.ts"
import type { RecentRun } from "../platform/recent-runs.ts"

export interface ValidatedFile {
  readonly uri: string
  readonly runId: RunId
  readonly file: string
}

/** More files make a question that nobody waits for. */
const MOST_FILES = 2000
const AT_ONCE = 8

/** In the order of the runs. */
export const validatedFiles = Effect.fn("validatedFiles")(function* (bucket: string, runs: ReadonlyArray<RecentRun>) {
  const found = yield* Effect.forEach(
    runs,
    ({ report: { runId } }) =>
      Effect.map(readVerdicts(bucket, runId), (lines) =>
        lines.flatMap(({ file, parts = [], validated }): Array<ValidatedFile> =>
          [...(validated === null ? [] : [validated]), ...parts].map((uri) => ({ uri, runId, file })),
        ),
      ),
    { concurrency: AT_ONCE },
  ).pipe(
    Effect.mapError((cause) =>
      notAnswered({ problem: `The files of the runs can't be read: ${cause.message}`, remedy: "See: pos runs" }),
    ),
  )
  return found.flat().slice(-MOST_FILES)
})
