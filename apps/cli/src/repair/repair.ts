/** One run of the repair, from its start to its report. */
import { Jobs, ObjectStore } from "@pos/aws"
import { compactTime, jobArguments, RepairReport, repairModulesArgument, repairReportKey } from "@pos/pipeline"
import { Clock, Duration, Effect, Layer, Schema } from "effect"
import { explainAws } from "../aws.ts"
import { InvalidRequest, RunFailed, Unavailable } from "../errors.ts"
import { connectionTo } from "../target/connection.ts"
import type { Target } from "../target/target.ts"

const EVERY = { local: Duration.millis(250), deployed: Duration.seconds(5) } as const

export const services = (target: Target) =>
  Layer.mergeAll(ObjectStore.layer, Jobs.layer).pipe(Layer.provide(connectionTo(target)))

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(RepairReport))

/** The time, in the form that run ids begin with. */
const nameAt = (millis: number): string => `repair-${compactTime(new Date(millis).toISOString())}`

/** Starts the transformation job in its repair mode and waits for it; what it reports, and why it failed if it did. */
export const runRepair = Effect.fn("runRepair")(function* (
  target: Target,
  mode: RepairReport["mode"],
  dataset: string | undefined,
) {
  const jobs = yield* Jobs
  const { ResultsBucketName: bucket, TransformationJobName: job } = target.outputs
  if (job === undefined) {
    return yield* new InvalidRequest({
      problem: `${target.name} was started by an older version of pos, which could not repair.`,
      remedy: "Start it again: pos stop, then pos start",
    })
  }
  const runId = nameAt(yield* Clock.currentTimeMillis)
  const { [repairModulesArgument]: modules } = yield* jobs.defaultArguments(job)
  const given = {
    ...jobArguments({ repair: mode, run_id: runId, ...(dataset === undefined ? {} : { dataset }) }),
    ...(modules === undefined ? {} : { "--additional-python-modules": modules }),
  }
  const id = yield* jobs.start({ job, arguments: given }).pipe(
    Effect.catchIf(
      (error) => error.code === "ConcurrentRunsExceededException",
      (cause) =>
        new Unavailable({
          problem: "A run is loading into the tables just now, and a repair must not work beside it.",
          remedy: "Try again when it has ended; see: pos runs",
          cause,
        }),
    ),
  )
  const every = EVERY[target.local ? "local" : "deployed"]
  let run = yield* jobs.describe({ job, id })
  while (!run.ended) {
    yield* Effect.sleep(every)
    run = yield* jobs.describe({ job, id })
  }
  const failure = run.succeeded ? undefined : (run.message ?? `The job ended as ${run.state}.`)
  const report = yield* readReport(bucket, runId).pipe(
    Effect.catchTag("ObjectMissing", () =>
      Effect.fail(
        new RunFailed({
          problem: failure ?? `The repair ${runId} left no report.`,
          remedy: "Nothing else was done. Is the deployed stack older than this workspace? Deploy it again.",
          runId,
        }),
      ),
    ),
  )
  return { report, failure }
}, explainAws)

const readReport = Effect.fnUntraced(function* (bucket: string, runId: string) {
  const store = yield* ObjectStore
  const key = repairReportKey(runId)
  const bytes = yield* store.get({ bucket, key })
  return yield* decode(new TextDecoder().decode(bytes)).pipe(
    Effect.mapError(
      (cause) =>
        new Unavailable({
          problem: `s3://${bucket}/${key} is not what this version of pos expects: ${cause.message}`,
          remedy: "Is the deployed stack older than this workspace? Deploy it again.",
          cause,
        }),
    ),
  )
})
