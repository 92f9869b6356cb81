/** Rights that no end-to-end test is seen to use, each with the reason why it is given all the same. */

export interface Unrecorded {
  readonly who: RegExp
  readonly actions: ReadonlyArray<string>
  /** Which resources; all when absent. */
  readonly on?: RegExp
  readonly why: string
}

const anyJob = /^Jobs(Validation|Transformation|Maintenance)Role$/
const onTables = /^Jobs(Transformation|Maintenance)Role$/

export const unrecorded: ReadonlyArray<Unrecorded> = [
  {
    who: anyJob,
    actions: ["s3:AbortMultipartUpload"],
    why: "Only an upload in parts that fails is aborted; without the right its parts stay, and are paid for.",
  },
  {
    who: onTables,
    actions: ["s3:DeleteObject"],
    why: "Upkeep deletes files that were replaced a week ago, and Delta commits of its log that are older than 30 days: no end-to-end test waits so long. apps/transformation-job/tests tries both.",
  },
  {
    who: onTables,
    actions: ["s3:GetObject"],
    on: /^<StorageLake>\/(curated|kpi)(\/\w+)?$/,
    why: "When S3A makes a folder it may look at those above it, up to the first that is there (org.apache.hadoop.fs.s3a.impl.MkdirOperation): whether it does depends on its version and its performance flags, which Glue sets.",
  },
  {
    who: /^JobsValidationRole$/,
    actions: ["s3:GetObjectVersionTagging", "s3:PutObjectTagging"],
    why: "CopyObject takes the object's tags with it and asks for these rights where there are any: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html. No file of the end-to-end tests has any.",
  },
  {
    who: /^(JobsValidation|JobsTransformation|StateMachine)Role$/,
    actions: ["s3:ListBucket", "s3:ListBucketVersions"],
    why: "S3 asks for it by itself when an object is missing, and else answers 403 instead of 404: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html.",
  },
  {
    who: /^(Jobs\w+|StateMachine|IngestionTrigger|ReportReporter|Supplier\w+)Role$/,
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    why: "S3, SQS and SNS ask the key for whoever reads and writes; the local AWS encrypts nothing. iam-simulation.test.ts asks the policies.",
  },
  {
    who: /^ReportReporterRole$/,
    actions: ["s3:GetObject"],
    on: /^<StorageResults>\/reports\//,
    why: "A write under If-Match tells its writer whether the object is the one that it names, for which S3 may ask for the right to read it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html. The local AWS does not.",
  },
  {
    who: /^JobsValidationRole$/,
    actions: ["s3:GetEncryptionConfiguration"],
    why: "Asked when KMS refuses an object, to tell a sender's key from the bucket's own; the local AWS encrypts nothing. libs/platform/job-runtime/tests tries it.",
  },
  {
    who: anyJob,
    actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    on: /\/error:\*$/,
    why: "Glue writes there what went wrong, and a Spark job's own log; a job that goes well leaves it empty in the local AWS.",
  },
  {
    who: /^StateMachineRole$/,
    actions: ["glue:BatchStopJobRun", "glue:GetJobRuns"],
    why: "Step Functions stops the run of a task that is aborted or overdue, and AWS lists both for .sync: https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html.",
  },
  {
    who: /^StateMachineRole$/,
    actions: [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ],
    why: "Step Functions sets up the delivery of its log with them: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html.",
  },
  {
    who: /^(StateMachine|IngestionTrigger|ReportReporter)Role$/,
    actions: ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    why: "X-Ray's traces, which the local AWS does not make: https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html, https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html.",
  },
  {
    who: /^(IngestionTrigger|ReportReporter)Role$/,
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    why: "Lambda writes the function's log with its role: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html. The local AWS writes it as itself.",
  },
  {
    who: /^IngestionTriggerRole$/,
    actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    why: "Lambda reads the queue with the function's role: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html. The local AWS reads it as itself.",
  },
  {
    who: /^s3\.amazonaws\.com$/,
    actions: ["sqs:SendMessage"],
    why: "S3 announces files under its own name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html. The local AWS asks no policy.",
  },
  {
    who: /^s3\.amazonaws\.com$/,
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    why: "Whoever sends to an encrypted queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html.",
  },
  {
    who: /:root$/,
    actions: ["kms:*"],
    why: "A key that its own account cannot administer is lost: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.",
  },
  {
    who: /^logs\.<AWS::Region>\.amazonaws\.com$/,
    actions: [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    why: "What CloudWatch Logs asks of a log group's key: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html.",
  },
]
