/** Files in, the end of their runs out: what `pos ingest` and `pos demo` share. */
import { Executions, ObjectStore, Uploads } from "@pos/aws"
import { readRunReport } from "@pos/runs"
import { Clock, Console, Duration, Effect, Layer } from "effect"
import { explainAws } from "./aws.ts"
import { InvalidRequest, RunFailed } from "./errors.ts"
import { combine } from "./runs/combine.ts"
import { follow, type Pace } from "./runs/follow.ts"
import { connectionTo } from "./target/connection.ts"
import type { Target } from "./target/target.ts"
import { place, tooLong } from "./upload/keys.ts"
import { uploadAll } from "./upload/upload.ts"
import type { OfDataset } from "./dataset/find.ts"
import { notTaken } from "./target/datasets.ts"

/** A deployed trigger collects events for a minute or so, and AWS wants to be asked less often. */
const PACE = {
  local: { every: Duration.millis(100), start: Duration.minutes(2) },
  deployed: { every: Duration.seconds(3), start: Duration.minutes(15) },
} as const

export const services = (target: Target) =>
  Layer.mergeAll(ObjectStore.layer, Uploads.layer, Executions.layer).pipe(Layer.provide(connectionTo(target)))

export const ingestFiles = Effect.fn("ingestFiles")(function* (
  target: Target,
  files: ReadonlyArray<Pick<OfDataset, "dataset" | "file">>,
  /** All that there are, the default one first. */
  datasets: readonly [string, ...ReadonlyArray<string>],
  timeout: Duration.Duration,
) {
  const { outputs } = target
  const refused = notTaken(
    target,
    files.map(({ dataset }) => dataset),
    datasets[0],
  )
  if (refused !== undefined) return yield* refused
  const placed = place(files, datasets)
  const [long] = tooLong(placed)
  if (long !== undefined) {
    return yield* new InvalidRequest({
      problem: `${long.path} has too long a name: S3 takes 1,024 bytes, and its key would have ${Buffer.byteLength(long.key)}.`,
      remedy: "Shorten it, or name a folder further down. Nothing was sent.",
    })
  }
  const since = yield* Clock.currentTimeMillis
  const uploads = yield* uploadAll(outputs.SourceBucketName, placed).pipe(
    Effect.onInterrupt(() => Console.error("\nNot everything was sent. What was sent is worked on: pos runs")),
  )
  const pace: Pace = { ...PACE[target.local ? "local" : "deployed"], end: timeout }
  const ended = yield* follow(outputs, uploads, since, pace).pipe(
    Effect.onInterrupt(() => Console.error("\nNo longer watching. The files are sent and their run goes on: pos runs")),
  )
  const names = new Map(uploads.map(({ key, path }) => [key, path]))
  const reports = yield* Effect.forEach(
    ended,
    ({ runId, execution }) =>
      readRunReport(outputs.ResultsBucketName, runId, execution, (key) => names.get(key) ?? key),
    { concurrency: 4 },
  )
  // Somebody else's files may share the run: their verdicts are not this command's to report.
  const own = reports.map((report) => ({ ...report, files: report.files.filter(({ key }) => names.has(key)) }))
  const [first, ...others] = own
  if (first === undefined) {
    return yield* new RunFailed({ problem: "No run was found for the files.", remedy: "See: pos runs", runId: "" })
  }
  return combine([first, ...others])
}, explainAws)
