import {
  GetJobCommand,
  GetJobRunCommand,
  GetJobRunsCommand,
  GlueClient,
  type JobRun as GlueRun,
  StartJobRunCommand,
} from "@aws-sdk/client-glue"
import { Context, Effect, Layer, Option, Stream } from "effect"
import { AwsConnection } from "./connection.ts"
import type { AwsError } from "./errors.ts"
import { call, retries, scoped } from "./internal/call.ts"

/** A run of a job. `ended`: it is over, whichever way; `message` says why it failed. */
export interface JobRun {
  readonly state: string
  readonly ended: boolean
  readonly succeeded: boolean
  readonly message?: string | undefined
}

/** DPUs of a worker. */
const WORKER: Readonly<Record<string, number>> = { "G.025X": 0.25, "G.1X": 1, "G.2X": 2, "G.4X": 4, "G.8X": 8 }

/** As Glue counts them; where it only tells the time, that times the capacity. */
const dpuSeconds = ({ DPUSeconds, ExecutionTime = 0, MaxCapacity, NumberOfWorkers = 0, WorkerType }: GlueRun): number =>
  DPUSeconds ?? ExecutionTime * (MaxCapacity ?? NumberOfWorkers * (WORKER[WorkerType ?? ""] ?? 1))

const OPEN = new Set(["STARTING", "RUNNING", "STOPPING", "WAITING"])

/** Runs of Glue jobs. */
export class Jobs extends Context.Service<
  Jobs,
  {
    /** Start one; its id. `arguments` are laid over the job's own. */
    readonly start: (run: {
      readonly job: string
      readonly arguments: Readonly<Record<string, string>>
    }) => Effect.Effect<string, AwsError>
    /** The arguments that each run of the job has unless it is started with others. */
    readonly defaultArguments: (job: string) => Effect.Effect<Readonly<Record<string, string>>, AwsError>
    readonly describe: (run: { readonly job: string; readonly id: string }) => Effect.Effect<JobRun, AwsError>
    /** DPU-seconds of the runs that began at this moment or later. */
    readonly usage: (job: string, since: Date) => Effect.Effect<number, AwsError>
  }
>()("@pos/aws/Jobs") {
  static readonly layer = Layer.effect(
    Jobs,
    Effect.gen(function* () {
      const options = yield* AwsConnection
      const client = yield* scoped(() => new GlueClient({ ...options, ...retries }))

      const start = Effect.fn("Jobs.start")(function* (run: {
        readonly job: string
        readonly arguments: Readonly<Record<string, string>>
      }) {
        const started = yield* call(`starting the job ${run.job}`, (signal) =>
          client.send(new StartJobRunCommand({ JobName: run.job, Arguments: { ...run.arguments } }), signal),
        )
        return started.JobRunId ?? ""
      })

      const defaultArguments = Effect.fn("Jobs.defaultArguments")(function* (job: string) {
        const { Job: found } = yield* call(`describing the job ${job}`, (signal) =>
          client.send(new GetJobCommand({ JobName: job }), signal),
        )
        return found?.DefaultArguments ?? {}
      })

      const describe = Effect.fn("Jobs.describe")(function* ({
        job,
        id,
      }: {
        readonly job: string
        readonly id: string
      }) {
        const { JobRun: found } = yield* call(`asking for the run ${id} of the job ${job}`, (signal) =>
          client.send(new GetJobRunCommand({ JobName: job, RunId: id }), signal),
        )
        const state = found?.JobRunState ?? "STARTING"
        return { state, ended: !OPEN.has(state), succeeded: state === "SUCCEEDED", message: found?.ErrorMessage }
      })

      // Glue lists the newest first.
      const usage = Effect.fn("Jobs.usage")((job: string, since: Date) =>
        Stream.paginate(undefined as string | undefined, (token) =>
          Effect.map(
            call(`listing the runs of the job ${job}`, (signal) =>
              client.send(new GetJobRunsCommand({ JobName: job, ...(token && { NextToken: token }) }), signal),
            ),
            ({ JobRuns = [], NextToken }) => [JobRuns, Option.fromNullishOr(NextToken)] as const,
          ),
        ).pipe(
          Stream.takeWhile(({ StartedOn }) => StartedOn !== undefined && StartedOn >= since),
          Stream.runFold(
            () => 0,
            (sum, run) => sum + dpuSeconds(run),
          ),
        ),
      )

      return Jobs.of({ start, defaultArguments, describe, usage })
    }),
  )
}
