/**
 * From uploaded object versions to the runs that work on them. S3 tells the queue, the queue the trigger, the trigger
 * writes a manifest and starts an execution: nobody hands back a run id, so the manifests of new executions are read
 * until every version is found in one.
 */
import { type Execution, type ExecutionEnd, Executions } from "@pos/aws"
import type { RunId } from "@pos/pipeline"
import { readManifest } from "@pos/runs"
import { runIdOfExecution } from "@pos/runs/report"
import { Clock, Duration, Effect, Stream } from "effect"
import { RunFailed, Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { counted, seconds, some } from "../output/text.ts"
import type { StackOutputs } from "../target/outputs.ts"
import type { Uploaded } from "../upload/upload.ts"

export interface Pace {
  /** Between two looks. */
  readonly every: Duration.Duration
  /** Until every file is in some run. */
  readonly start: Duration.Duration
  /** Until every run has ended, counted from the upload. */
  readonly end: Duration.Duration
}

/** Clocks differ: executions that started a little before the upload are looked at too. */
const SKEW_MILLISECONDS = 5 * 60_000

interface Following {
  /** Versions that no manifest has named yet. */
  readonly missing: Map<string, Uploaded>
  /** Executions whose manifest was read already. */
  readonly seen: Set<string>
  readonly runs: Map<RunId, ExecutionEnd>
  /** The state that a run was last seen in: a run that waits its turn fills its history with retries. */
  readonly states: Map<RunId, string>
  /** When that was asked for, in milliseconds since the upload. */
  asked: number
}

/** Milliseconds between two questions about the state, which is only for somebody who watches. */
const STATE_EVERY = 500

const identity = ({ key, versionId }: { readonly key: string; readonly versionId?: string | undefined }) =>
  JSON.stringify([key, versionId])

/** Waits until the runs that contain these versions have ended, and returns how each ended. */
export const follow = Effect.fn("follow")(function* (
  outputs: StackOutputs,
  uploads: ReadonlyArray<Uploaded>,
  since: number,
  pace: Pace,
) {
  const progress = yield* Progress
  const following: Following = {
    missing: new Map(uploads.map((upload) => [identity(upload), upload])),
    seen: new Set(),
    runs: new Map(),
    states: new Map(),
    asked: Number.NEGATIVE_INFINITY,
  }
  while (true) {
    if (following.missing.size > 0) yield* discover(outputs, following, since - SKEW_MILLISECONDS)
    const running = yield* look(following)
    if (following.missing.size === 0 && running.length === 0) break
    const waited = (yield* Clock.currentTimeMillis) - since
    yield* progress.step(yield* words(following, running, waited))
    yield* checkTime(following, running, waited, pace)
    yield* Effect.sleep(pace.every)
  }
  yield* progress.clear
  return [...following.runs].map(([runId, execution]) => ({ runId, execution }))
})

const discover = Effect.fnUntraced(function* (outputs: StackOutputs, following: Following, since: number) {
  const executions = yield* Executions
  const fresh = yield* executions.list(outputs.StateMachineArn).pipe(
    Stream.takeWhile(({ started }) => started.getTime() >= since),
    Stream.filter(({ arn }) => !following.seen.has(arn)),
    Stream.runCollect,
  )
  yield* Effect.forEach(fresh, (execution) => adopt(outputs, following, execution), { concurrency: 4, discard: true })
})

const adopt = Effect.fnUntraced(function* (outputs: StackOutputs, following: Following, execution: Execution) {
  const executions = yield* Executions
  const runId = runIdOfExecution(execution)
  const manifest = runId === undefined ? undefined : yield* readManifest(outputs.ResultsBucketName, runId)
  following.seen.add(execution.arn)
  const found = (manifest?.files ?? []).filter(
    (file) => file.bucket === outputs.SourceBucketName && following.missing.delete(identity(file)),
  )
  // Only a description tells why an execution failed.
  if (runId !== undefined && found.length > 0) following.runs.set(runId, yield* executions.describe(execution.arn))
})

/** Refreshes what is known of the unfinished runs, and returns those that still run. */
const look = Effect.fnUntraced(function* (following: Following) {
  const executions = yield* Executions
  for (const [runId, { status, arn }] of following.runs) {
    if (status === "RUNNING") following.runs.set(runId, yield* executions.describe(arn))
  }
  return [...following.runs].filter(([, { status }]) => status === "RUNNING")
})

const words = Effect.fnUntraced(function* (
  following: Following,
  running: ReadonlyArray<readonly [RunId, ExecutionEnd]>,
  waited: number,
) {
  const executions = yield* Executions
  const { missing, states } = following
  const [first] = running
  if (first === undefined)
    return `Waiting for the trigger to pick up ${counted(missing.size, "file")} … ${seconds(waited / 1000)}`
  if (waited - following.asked >= STATE_EVERY) {
    following.asked = waited
    const entered = yield* executions.currentState(first[1].arn)
    if (entered !== undefined) states.set(first[0], entered)
  }
  const state = states.get(first[0])
  const more = running.length > 1 ? ` (and ${counted(running.length - 1, "other run")})` : ""
  return `Run ${first[0]}${more}: ${state ?? "starting"} … ${seconds(waited / 1000)}`
})

const checkTime = Effect.fnUntraced(function* (
  { missing }: Following,
  running: ReadonlyArray<readonly [RunId, ExecutionEnd]>,
  waited: number,
  pace: Pace,
) {
  if (missing.size > 0 && waited > Duration.toMillis(pace.start)) {
    const names = some(
      [...missing.values()].map(({ key }) => key),
      3,
    )
    return yield* new Unavailable({
      problem: `No run has picked up ${names} within ${seconds(waited / 1000)}.`,
      remedy: "They are in the source bucket. Look at the trigger's log and its dead-letter queue; where: pos status",
    })
  }
  const [first] = running
  if (first !== undefined && waited > Duration.toMillis(pace.end)) {
    return yield* new RunFailed({
      problem: `The run ${first[0]} has not ended within ${seconds(waited / 1000)}.`,
      remedy: `It goes on. Follow it with: pos runs ${first[0]}`,
      runId: first[0],
    })
  }
})
