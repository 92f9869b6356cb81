import { incomingPrefix, runLayout } from "@pos/pipeline"
import { Duration, Names, Stack } from "aws-cdk-lib"
import * as iam from "aws-cdk-lib/aws-iam"
import * as lambda from "aws-cdk-lib/aws-lambda"
import * as s3 from "aws-cdk-lib/aws-s3"
import * as sqs from "aws-cdk-lib/aws-sqs"
import type * as sfn from "aws-cdk-lib/aws-stepfunctions"
import { Construct } from "constructs"
import type { Datasets } from "../artefacts/datasets.ts"
import { onObjects } from "../jobs/permissions.ts"
import { makeFunction, makeIdentity } from "../lambda/lambda.ts"
import { allow } from "../security/allow.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"

export interface IngestionProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly machine: sfn.StateMachine
  /** The folder of the Lambda's bundle. */
  readonly bundle: string
  /** Where the plan lies that the runs begin with. */
  readonly plan: string
  readonly datasets: Datasets
}

const timeout = Duration.seconds(60)

/** From a new object in the source bucket to one execution for each dataset in a batch of them. */
export class Ingestion extends Construct {
  readonly queue: sqs.Queue
  readonly deadLetters: sqs.Queue
  readonly trigger: lambda.Function

  constructor(scope: Construct, id: string, props: IngestionProps) {
    super(scope, id)
    const { settings, storage } = props
    this.deadLetters = new sqs.Queue(this, "DeadLetters", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    this.queue = new sqs.Queue(this, "Queue", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the function's time-out, as Lambda advises, beyond the time that a batch waits to be filled.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds() + settings.batchingWindowSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    })
    for (const queue of [this.deadLetters, this.queue]) storage.encryption.encrypt(queue)
    this.listenTo(storage.source)
    this.trigger = this.makeTrigger(props)

    // Not by CDK's SqsEventSource, which gives the role two rights more than Lambda asks for; but under its name, as a
    // function and a queue can be tied but once, so that another name would fail the next deployment.
    this.trigger.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(this.queue.node)}`, {
      eventSourceArn: this.queue.queueArn,
      batchSize: settings.batchingWindowSeconds === 0 ? 10 : 1000,
      maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
      reportBatchItemFailures: true,
      // The least that Lambda allows: the fewer pollers share a morning's files, the fewer runs they make.
      maxConcurrency: 2,
    })
  }

  private makeTrigger({ bundle, datasets, machine, plan, settings, storage }: IngestionProps): lambda.Function {
    const identity = makeIdentity(this, "Trigger", {
      settings,
      storage,
      name: "trigger",
      purpose: "reads the queue, writes manifests, starts executions",
    })
    const { role } = identity
    machine.grantStartExecution(role)
    allow(
      role,
      onObjects("WriteManifest", storage.results, ["PutObject"], runLayout("*").manifest),
      "The run's id is made from its files.",
    )
    storage.encryption.allow(role, "write", { bucket: storage.results })
    storage.encryption.allowMessages(role)
    allow(
      role,
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
      new iam.PolicyStatement({
        sid: "ReadQueue",
        actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        resources: [this.queue.queueArn],
      }),
    )
    return makeFunction(this, "Trigger", {
      ...identity,
      description: "New files in the source bucket: one execution of the state machine for each dataset in a batch",
      architecture: lambda.Architecture.ARM_64,
      bundle,
      timeout,
      memorySize: 512,
      environment: {
        STATE_MACHINE_ARN: machine.stateMachineArn,
        RESULTS_BUCKET: storage.results.bucketName,
        STAGE: settings.stage,
        PLAN_URI: plan,
        SHARD_BYTES: `${settings.shardBytes}`,
        DATASETS: datasets.names.join(","),
      },
    })
  }

  /** S3 tells the queue, without the custom resource (and its wide rights) that CDK's own helper brings. */
  private listenTo(source: s3.Bucket): void {
    const stack = Stack.of(this)
    this.queue.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: "SourceBucketSends",
        principals: [new iam.ServicePrincipal("s3.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": stack.account },
          // By pattern: the policy must stand before the bucket, whose exact name is then not known yet.
          ArnLike: {
            "aws:SourceArn": stack.formatArn({
              service: "s3",
              region: "",
              account: "",
              resource: `${stack.stackName}-*`,
            }),
          },
        },
      }),
    )
    const bucket = source.node.defaultChild
    if (!(bucket instanceof s3.CfnBucket)) throw new Error("The source bucket has no CfnBucket")
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: "s3:ObjectCreated:*",
          queue: this.queue.queueArn,
          filter: { s3Key: { rules: [{ name: "prefix", value: incomingPrefix }] } },
        },
      ],
    }
    const policy = this.queue.node.tryFindChild("Policy")
    if (policy !== undefined) bucket.node.addDependency(policy)
  }
}
