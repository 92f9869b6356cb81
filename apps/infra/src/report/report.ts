import { reportsPrefix, runLayout } from "@pos/pipeline"
import { ArnFormat, Duration, Stack } from "aws-cdk-lib"
import * as events from "aws-cdk-lib/aws-events"
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets"
import * as iam from "aws-cdk-lib/aws-iam"
import * as lambda from "aws-cdk-lib/aws-lambda"
import { Construct } from "constructs"
import type { Datasets } from "../artefacts/datasets.ts"
import type { Ingestion } from "../ingestion/ingestion.ts"
import type { Jobs } from "../jobs/jobs.ts"
import { eachRun, listing, onObjects } from "../jobs/permissions.ts"
import { makeFunction, makeIdentity } from "../lambda/lambda.ts"
import { allow } from "../security/allow.ts"
import type { ReportSetting } from "../settings/report.ts"
import type { Settings } from "../settings/settings.ts"
import { executionsThat } from "../state-machine/executions.ts"
import { type StateMachine, stateMachineName } from "../state-machine/state-machine.ts"
import type { Storage } from "../storage/storage.ts"

export interface ReportProps {
  readonly settings: Settings
  readonly report: ReportSetting
  readonly storage: Storage
  readonly datasets: Datasets
  readonly jobs: Jobs
  readonly ingestion: Ingestion
  readonly stateMachine: StateMachine
  /** The folder of the Lambda's bundle. */
  readonly bundle: string
}

/**
 * Writes the page of a day into the results bucket after each load. It hears of a load when its execution has ended: whatever
 * becomes of a report, the load is done.
 */
export class Report extends Construct {
  readonly reporter: lambda.Function

  constructor(scope: Construct, id: string, props: ReportProps) {
    super(scope, id)
    const { settings, stateMachine } = props
    this.reporter = this.makeReporter(props)
    // An event that waits for longer would tell of what a later one tells, too.
    this.reporter.configureAsyncInvoke({ maxEventAge: Duration.hours(1), retryAttempts: 2 })
    new events.Rule(this, "Loaded", {
      description: `${settings.stackName}: a load has ended well`,
      eventPattern: executionsThat(stateMachine.machine, { status: ["SUCCEEDED"] }),
      targets: [
        new LambdaFunction(this.reporter, {
          event: events.RuleTargetInput.fromObject({ runId: events.EventField.fromPath("$.detail.name") }),
        }),
      ],
    })
  }

  private makeReporter({ bundle, datasets, ingestion, jobs, report, settings, stateMachine, storage }: ReportProps) {
    const { machine } = stateMachine
    const identity = makeIdentity(this, "Reporter", {
      settings,
      storage,
      name: "report",
      purpose: "reads tables and runs, writes reports",
    })
    const { role } = identity
    const { fileVerdicts, transformationSummary, validationSummary } = runLayout("*")
    const { lake, results } = storage
    const tables = datasets.tables.map(({ table }) => `${table.path}/*`)
    allow(role, onObjects("ReadTables", lake, ["GetObject"], ...tables), "Delta names its files.")
    allow(
      role,
      onObjects("ReadRuns", results, ["GetObject"], fileVerdicts, transformationSummary, validationSummary),
      eachRun,
    )
    allow(
      role,
      // S3 asks for the right to read of whoever writes over what was read.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      onObjects("WriteReports", results, ["GetObject", "PutObject"], `${reportsPrefix}*`),
      "Each day has a report of its own.",
    )
    allow(role, listing(lake, results))
    storage.encryption.allow(role, "read", { bucket: lake })
    storage.encryption.allow(role, "write", { bucket: results })
    allow(
      role,
      new iam.PolicyStatement({
        sid: "ListRuns",
        actions: ["states:ListExecutions"],
        resources: [machine.stateMachineArn],
      }),
    )
    allow(
      role,
      new iam.PolicyStatement({
        sid: "DescribeRuns",
        actions: ["states:DescribeExecution"],
        resources: [
          Stack.of(this).formatArn({
            service: "states",
            resource: "execution",
            resourceName: `${stateMachineName(settings)}:*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
      eachRun,
    )
    allow(
      role,
      new iam.PolicyStatement({
        sid: "CountDeadLetters",
        actions: ["sqs:GetQueueAttributes"],
        resources: [ingestion.deadLetters.queueArn],
      }),
    )
    const jobNames = [jobs.validation.jobName, jobs.transformation.jobName]
    allow(
      role,
      new iam.PolicyStatement({
        sid: "CountUse",
        actions: ["glue:GetJobRuns"],
        resources: jobNames.map((resourceName) =>
          Stack.of(this).formatArn({ service: "glue", resource: "job", resourceName }),
        ),
      }),
    )
    return makeFunction(this, "Reporter", {
      ...identity,
      description: "After a load: the page of its days, each as one file in the results bucket",
      // What DuckDB's packages are built for here; see apps/reporter/natives.mjs.
      architecture: lambda.Architecture.X86_64,
      bundle,
      timeout: Duration.minutes(5),
      memorySize: 2048,
      environment: {
        STAGE: settings.stage,
        STACK: settings.stackName,
        STATE_MACHINE_ARN: machine.stateMachineArn,
        RESULTS_BUCKET: results.bucketName,
        LAKE_BUCKET: lake.bucketName,
        DEAD_LETTERS_URL: ingestion.deadLetters.queueUrl,
        VALIDATION_JOB: jobs.validation.jobName,
        TRANSFORMATION_JOB: jobs.transformation.jobName,
        DEFAULT_DATASET: datasets.byDefault,
        ...(report.currency === undefined ? {} : { CURRENCY: report.currency }),
        ...(report.dpuPrice === undefined ? {} : { DPU_PRICE: `${report.dpuPrice}` }),
      },
    })
  }
}
