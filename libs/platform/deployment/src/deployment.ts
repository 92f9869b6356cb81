/** The stack that is being proved. */
import {
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  type Stack,
} from "@aws-sdk/client-cloudformation"
import { GetJobCommand, type Job } from "@aws-sdk/client-glue"
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts"
import { type AwsError, call, StackMissing, toAwsError } from "@pos/aws"
import { Context, Effect, Layer, Schema } from "effect"
import { NotChecked } from "./check.ts"
import { Clients } from "./clients.ts"
import { type Resource, Template } from "./template.ts"

/** What every stack of this platform says about itself. */
export const Outputs = Schema.Struct({
  SourceBucketName: Schema.String,
  RejectedBucketName: Schema.String,
  ResultsBucketName: Schema.String,
  LakeBucketName: Schema.String,
  StateMachineArn: Schema.String,
  TopicArn: Schema.String,
  DatabaseName: Schema.String,
  ValidationJobName: Schema.String,
  TransformationJobName: Schema.String,
  MaintenanceJobName: Schema.String,
  /** Stacks of older versions do not say. */
  ContractHash: Schema.optionalKey(Schema.String),
})
export type Outputs = typeof Outputs.Type

/** The outputs that name a job. */
export const jobOutputs = ["ValidationJobName", "TransformationJobName", "MaintenanceJobName"] as const
export type JobOutput = (typeof jobOutputs)[number]

/** The stack is there, and not one of this platform. */
export class NotOurs extends Schema.TaggedError<NotOurs>()("NotOurs", { stack: Schema.String, why: Schema.String }) {
  override get message() {
    return `The stack ${this.stack} is not one of this platform, or older than this checkout: ${this.why}`
  }
}

export interface Identity {
  readonly arn: string
  readonly account: string
}

/** A deployed stack. What it takes rights to know is asked for when a check needs it, once. */
export class Deployment extends Context.Service<
  Deployment,
  {
    readonly stack: string
    readonly stage: string
    readonly region: string
    /** As CloudFormation calls it: `UPDATE_COMPLETE`. */
    readonly status: string
    readonly outputs: Outputs
    readonly identity: Effect.Effect<Identity, AwsError>
    readonly resources: Effect.Effect<ReadonlyArray<Resource>, AwsError>
    readonly template: Effect.Effect<Template, AwsError | NotChecked>
    /** The job that an output names. */
    readonly job: (output: JobOutput) => Effect.Effect<Job, AwsError>
  }
>()("@pos/deployment/Deployment") {
  static readonly layer = (stack: string) => Layer.effect(Deployment, find(stack))
}

const find = Effect.fnUntraced(function* (stack: string) {
  const { cloudFormation, glue, sts } = yield* Clients
  const described = yield* describe(stack)
  const outputs = Object.fromEntries((described.Outputs ?? []).map((one) => [one.OutputKey ?? "", one.OutputValue]))
  const known = yield* Schema.decodeUnknownEffect(Outputs)(outputs).pipe(
    Effect.mapError((cause) => new NotOurs({ stack, why: cause.message.split("\n").join(" ") })),
  )
  const identity = call("asking who calls", (signal) => sts.send(new GetCallerIdentityCommand({}), signal)).pipe(
    Effect.map(({ Account = "", Arn = "" }): Identity => ({ arn: Arn, account: Account })),
  )
  const resources = Effect.tryPromise({
    try: async () => {
      const found: Array<Resource> = []
      for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: stack })) {
        for (const one of page.StackResourceSummaries ?? []) {
          found.push({
            id: one.LogicalResourceId ?? "",
            physicalId: one.PhysicalResourceId ?? "",
            type: one.ResourceType ?? "",
          })
        }
      }
      return found
    },
    catch: (cause) => toAwsError(`listing the resources of ${stack}`, cause),
  })
  const template = call(`reading the template of ${stack}`, (signal) =>
    cloudFormation.send(new GetTemplateCommand({ StackName: stack, TemplateStage: "Original" }), signal),
  ).pipe(
    Effect.flatMap(({ TemplateBody = "" }) =>
      Schema.decodeUnknownEffect(Schema.fromJsonString(Template))(TemplateBody),
    ),
    Effect.catchTag(
      "SchemaError",
      (cause) => new NotChecked({ reason: `The deployed template can't be read: ${cause.message}.` }),
    ),
  )
  const describeJob = (output: JobOutput): Effect.Effect<Job, AwsError> =>
    call(`describing the job ${known[output]}`, (signal) =>
      glue.send(new GetJobCommand({ JobName: known[output] }), signal),
    ).pipe(Effect.map(({ Job: found }) => found ?? {}))
  const jobs = {
    ValidationJobName: yield* Effect.cached(describeJob("ValidationJobName")),
    TransformationJobName: yield* Effect.cached(describeJob("TransformationJobName")),
    MaintenanceJobName: yield* Effect.cached(describeJob("MaintenanceJobName")),
  } satisfies Record<JobOutput, unknown>
  return Deployment.of({
    stack,
    stage: stack.replace(/^pos-/, ""),
    region: known.StateMachineArn.split(":")[3] ?? "",
    status: described.StackStatus ?? "",
    outputs: known,
    identity: yield* Effect.cached(identity),
    resources: yield* Effect.cached(resources),
    template: yield* Effect.cached(template),
    job: (output) => jobs[output],
  })
})

const describe = Effect.fnUntraced(function* (stack: string) {
  const { cloudFormation } = yield* Clients
  const { Stacks = [] } = yield* call(`describing the stack ${stack}`, (signal) =>
    cloudFormation.send(new DescribeStacksCommand({ StackName: stack }), signal),
  ).pipe(
    Effect.catchIf(
      (error) => error.code === "ValidationError" && /does not exist/.test(error.detail),
      () => Effect.fail(new StackMissing({ stack })),
    ),
  )
  const [found] = Stacks
  if (found === undefined) return yield* new StackMissing({ stack })
  return found satisfies Stack
})
