/** What `pos doctor` and the smoke command ask of AWS, as their sources make the calls. */
import type { ServiceCall } from "./models.ts"

const stack = "pos-prod"
const topic = "arn:aws:sns:eu-central-1:123456789012:pos-prod-Topic"
const queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/pos-prod-smoke-20260102T060000000Z"
const stateMachine = "arn:aws:states:eu-central-1:123456789012:stateMachine:pos-prod"
const query = "11111111-2222-3333-4444-555555555555"

/** The parameters of each operation, by client and operation. */
const parameters: Readonly<Record<string, unknown>> = {
  "athena StartQueryExecution": {
    QueryString: "SELECT count(*) FROM sales WHERE date = DATE '2000-02-29'",
    QueryExecutionContext: { Database: "pos_prod" },
    ResultConfiguration: { OutputLocation: "s3://pos-prod-storageresults/pos-smoke/athena/" },
  },
  "athena GetQueryExecution": { QueryExecutionId: query },
  "athena GetQueryResults": { QueryExecutionId: query },
  "cloudformation GetTemplate": { StackName: stack, TemplateStage: "Original" },
  "cloudformation ListStackResources": { StackName: stack },
  "cloudwatch DescribeAlarms": { AlarmNamePrefix: `${stack}-` },
  "cloudwatch SetAlarmState": { AlarmName: `${stack}-QueueStuck`, StateValue: "ALARM", StateReason: "TEST" },
  "glue GetTables": { DatabaseName: "pos_prod" },
  "iam GetRole": { RoleName: "pos-prod-JobsValidationRole" },
  "iam SimulatePrincipalPolicy": {
    PolicySourceArn: "arn:aws:iam::123456789012:role/pos-prod-JobsValidationRole",
    ActionNames: ["s3:GetObject"],
    ResourceArns: ["arn:aws:s3:::pos-prod-storagesource/incoming/smoke"],
    ContextEntries: [{ ContextKeyName: "s3:prefix", ContextKeyValues: ["runs/"], ContextKeyType: "string" }],
  },
  "logs DescribeLogGroups": { logGroupNamePrefix: "/pos/prod/transformation/output" },
  "s3 DeleteObjects": {
    Bucket: "pos-prod-storagesource",
    Delete: { Objects: [{ Key: "incoming/pos-smoke/a.csv", VersionId: "v" }], Quiet: true },
  },
  "s3 HeadObject": { Bucket: "cdk-hnb659fds-assets-123456789012-eu-central-1", Key: "0123/main.py" },
  "sns GetTopicAttributes": { TopicArn: topic },
  "sns ListSubscriptionsByTopic": { TopicArn: topic },
  "sns Subscribe": {
    TopicArn: topic,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:eu-central-1:123456789012:pos-prod-smoke-20260102T060000000Z",
    ReturnSubscriptionArn: true,
  },
  "sns Unsubscribe": { SubscriptionArn: `${topic}:${query}` },
  "sqs CreateQueue": {
    QueueName: "pos-prod-smoke-20260102T060000000Z",
    Attributes: { Policy: "{}", MessageRetentionPeriod: "3600" },
  },
  "sqs DeleteMessage": { QueueUrl: queue, ReceiptHandle: "handle" },
  "sqs DeleteQueue": { QueueUrl: queue },
  "sqs ListQueues": { QueueNamePrefix: "pos-prod-smoke-" },
  "sqs ReceiveMessage": { QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 },
  "stepfunctions DescribeStateMachine": { stateMachineArn: stateMachine },
  "stepfunctions StopExecution": {
    executionArn: "arn:aws:states:eu-central-1:123456789012:execution:pos-prod:smoke-20260102T060000000Z",
    error: "Pos.Smoke",
    cause: "A test by infra:smoke, no incident.",
  },
  "stepfunctions ValidateStateMachineDefinition": { definition: "{}", type: "STANDARD" },
  "sts GetCallerIdentity": {},
}

export const smokeCalls: Readonly<Record<string, ReadonlyArray<ServiceCall>>> = Object.fromEntries(
  Object.entries(parameters).map(([call, params]) => {
    const [service = "", operation = ""] = call.split(" ")
    return [call, [{ service, operation, params }]]
  }),
)
