/** The runs of a state machine. */
import { type Execution, Executions } from "@pos/aws"
import type { RunId } from "@pos/pipeline"
import { Effect, Stream } from "effect"
import { runIdOfExecution } from "./run-report.ts"

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
