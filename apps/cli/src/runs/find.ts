/** Runs by what a user types. */
import { type ExecutionEnd, Executions } from "@pos/aws"
import { type FoundRun, newestRuns } from "@pos/runs"
import { Effect } from "effect"
import { InvalidRequest } from "../errors.ts"

const SEARCHED = 1000

/** The run of this id, of the only id that begins so, or the newest for `last`. */
export const findRun = Effect.fn("findRun")(function* (machine: string, wanted: string) {
  const executions = yield* Executions
  const runs = yield* newestRuns(machine, wanted === "last" ? 20 : SEARCHED)
  const matches = wanted === "last" ? runs.slice(0, 1) : runs.filter(({ runId }) => runId.startsWith(wanted))
  const [match] = matches
  if (match === undefined) {
    return yield* new InvalidRequest({
      problem: wanted === "last" ? "There is no run yet." : `There is no run ${wanted}.`,
      remedy: wanted === "last" ? "Start one: pos ingest FILE…" : "See which there are: pos runs",
    })
  }
  if (matches.length > 1) {
    return yield* new InvalidRequest({
      problem: `${wanted} is the beginning of ${matches.length} runs.`,
      remedy: "Type more of the id. See: pos runs",
    })
  }
  return {
    runId: match.runId,
    execution: yield* executions.describe(match.execution.arn),
  } satisfies FoundRun<ExecutionEnd>
})
