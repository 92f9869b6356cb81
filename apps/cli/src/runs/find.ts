/** Runs by what a user types. */
import { type Execution, type ExecutionEnd, Executions } from "@pos/aws"
import type { RunId } from "@pos/pipeline"
import { Effect, Stream } from "effect"
import { InvalidRequest } from "../errors.ts"
import { runIdOfExecution } from "./run-report.ts"

const SEARCHED = 1000

export interface FoundRun<E extends Execution = Execution> {
  readonly runId: RunId
  readonly execution: E
}

/** The newest runs, the newest first. */
export const newestRuns = Effect.fn("newestRuns")(function* (machine: string, limit: number) {
  const executions = yield* Executions
  const found = yield* Stream.runCollect(Stream.take(executions.list(machine), limit))
  return found.flatMap((execution): Array<FoundRun> => {
    const runId = runIdOfExecution(execution)
    return runId === undefined ? [] : [{ runId, execution }]
  })
})

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
