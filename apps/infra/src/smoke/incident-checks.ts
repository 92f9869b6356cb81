/** What must be told, and what must be refused. */
import { SetAlarmStateCommand, type StateValue } from "@aws-sdk/client-cloudwatch"
import { PutObjectCommand } from "@aws-sdk/client-s3"
import { StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn"
import { call } from "@pos/aws"
import { alarmsOf, type Check, Clients, Deployment, isDenied, NotChecked, Problem } from "@pos/deployment"
import { argument } from "@pos/pipeline"
import { Effect } from "effect"
import { Attempt } from "./attempt.ts"
import { maintenance } from "./jobs.ts"
import { Listener } from "./listener.ts"
import type { Needs } from "./needs.ts"
import { deleteUnder } from "./tidy.ts"

const aborted = {
  name: "aborted",
  title: "people are told of an aborted run",
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const { sfn } = yield* Clients
    const { stamp } = yield* Attempt
    const { told } = yield* Listener
    const name = `smoke-${stamp}`
    // It never gets to a manifest: there is none.
    const input = {
      runId: name,
      eventTime: new Date().toISOString(),
      manifest: `s3://${outputs.ResultsBucketName}/pos-smoke/none.json`,
      fileCount: 0,
    }
    const { executionArn } = yield* call(`starting the execution ${name}`, (signal) =>
      sfn.send(
        new StartExecutionCommand({ stateMachineArn: outputs.StateMachineArn, name, input: JSON.stringify(input) }),
        signal,
      ),
    )
    yield* call(`aborting the execution ${name}`, (signal) =>
      sfn.send(
        new StopExecutionCommand({ executionArn, error: "Pos.Smoke", cause: "A test by infra:smoke, no incident." }),
        signal,
      ),
    )
    yield* told(new RegExp(`run ${name} ended ABORTED`), `The message of the aborted execution ${name}`)
    return `execution ${name}, by EventBridge`
  }),
}

const failedMaintenance = {
  name: "maintenance-failed",
  title: "people are told of a failed maintenance",
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const { told } = yield* Listener
    // Refused before anything is opened.
    const run = yield* maintenance({ retention_days: "1" })
    if (run.succeeded) {
      return yield* new Problem({
        what: `The job ${outputs.MaintenanceJobName} took a retention of one day, which it must refuse.`,
        next: "Deploy the stack again: this is not the job of this checkout.",
      })
    }
    if (run.message?.includes(argument("retention_days")) !== true) {
      return yield* new Problem({
        what: `The job ${outputs.MaintenanceJobName} failed with “${run.message ?? run.state}”, not with the sentence about its argument.`,
        next: `Look at its log (run ${run.id}).`,
      })
    }
    yield* told(
      /maintenance of the tables ended FAILED/,
      `The message of the failed run ${run.id} of ${outputs.MaintenanceJobName}`,
    )
    return `run ${run.id}, by EventBridge: ${run.message}`
  }),
}

const commit = {
  name: "commit",
  title: "a commit without a condition is denied",
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const { s3 } = yield* Clients
    const { local, stamp } = yield* Attempt
    const { arn } = yield* (yield* Deployment).identity
    if (local && arn.endsWith(":root")) {
      return yield* new NotChecked({
        reason: "The local AWS holds its root to no policy: use the key of a user, with --iam.",
      })
    }
    const folder = `pos-smoke/${stamp}/`
    const key = `${folder}_delta_log/${"0".repeat(20)}.json`
    const write = (condition: { readonly IfNoneMatch?: "*" }) =>
      call(`writing s3://${outputs.LakeBucketName}/${key}`, (signal) =>
        s3.send(new PutObjectCommand({ Bucket: outputs.LakeBucketName, Key: key, Body: "{}", ...condition }), signal),
      ).pipe(
        Effect.as(true),
        Effect.catchIf(isDenied, () => Effect.succeed(false)),
      )
    const written = yield* write({})
    // Who may not write there at all is denied for another reason.
    const may = written || (yield* write({ IfNoneMatch: "*" }))
    if (may) yield* deleteUnder(outputs.LakeBucketName, folder)
    if (!may) {
      return yield* new NotChecked({
        reason: `These credentials may not write to s3://${outputs.LakeBucketName}/pos-smoke/, with or without a condition. docs/deploying.md lists the rights.`,
      })
    }
    if (!written) return "AccessDenied without If-None-Match, and written with it"
    return yield* new Problem({
      what: `The bucket ${outputs.LakeBucketName} took a Delta commit that was sent without If-None-Match, and could lose commits.`,
      next: "Give the bucket its policy back, with the template's statement CommitsReplaceNothing.",
    })
  }),
}

/** Every alarm of the stack is set off, marked as a test, and set back. */
const alarms = {
  name: "alarms-set-off",
  title: "alarms tell people when they go off",
  prove: Effect.gen(function* () {
    const { cloudWatch } = yield* Clients
    const { told } = yield* Listener
    const { stamp } = yield* Attempt
    const set = (name: string, state: string, reason: string) =>
      call(`setting the alarm ${name} to ${state}`, (signal) =>
        cloudWatch.send(
          new SetAlarmStateCommand({ AlarmName: name, StateValue: state as StateValue, StateReason: reason }),
          signal,
        ),
      )
    const found = yield* alarmsOf()
    if (found.length === 0) return yield* new NotChecked({ reason: "The stack has no alarms." })
    for (const { actions, name, state } of found) {
      const reason = `TEST ${stamp} by infra:smoke, no incident`
      yield* Effect.acquireUseRelease(
        set(name, "ALARM", reason),
        () =>
          actions.length === 0
            ? Effect.void
            : Effect.asVoid(told(new RegExp(`${name}[^]*TEST ${stamp}`), `The message of the alarm ${name}`)),
        () => Effect.ignore(set(name, state === "ALARM" ? "OK" : state, `End of the ${reason}`)),
      )
    }
    const telling = found.filter(({ actions }) => actions.length > 0).length
    return `${found.length} set off and back, ${telling} of them told the topic`
  }),
}

export const incidents: ReadonlyArray<Check<Needs>> = [aborted, failedMaintenance, commit]
export const alarmChecks: ReadonlyArray<Check<Needs>> = [alarms]
