import { GetJobCommand, GetJobRunCommand, GlueClient, StartJobRunCommand } from "@aws-sdk/client-glue"
import { Context, Effect, Layer } from "effect"
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

      return Jobs.of({ start, defaultArguments, describe })
    }),
  )
}
