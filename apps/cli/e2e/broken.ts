/** Ways in which a deployment goes wrong, one at a time; each comes with what puts it right again. */
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch"
import {
  CloudWatchLogsClient,
  DeleteRetentionPolicyCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs"
import { GetJobCommand, GetTableCommand, GlueClient, type TableInput, UpdateTableCommand } from "@aws-sdk/client-glue"
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns"
import { options, type Running } from "./aws.ts"

/** Puts it right again. */
export type Mend = () => Promise<void>

interface Statement {
  readonly Action: string | ReadonlyArray<string>
}

const roleOf = async (at: Running, job: string) => {
  const glue = new GlueClient(options(at.endpoint))
  const { Job } = await glue.send(new GetJobCommand({ JobName: job }))
  return Job!.Role!.split("/").at(-1)!
}

/** The role of a job loses an action. */
export const withoutRight = async (at: Running, job: string, action: string): Promise<Mend> => {
  const iam = new IAMClient(options(at.endpoint))
  const RoleName = await roleOf(at, job)
  const [PolicyName] = (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames!
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
  const whole = JSON.parse(decodeURIComponent(PolicyDocument!)) as { readonly Statement: ReadonlyArray<Statement> }
  const Statement = whole.Statement.map((one) => ({
    ...one,
    Action: [one.Action].flat().filter((name) => name !== action),
  }))
  const put = async (document: object) => {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }))
  }
  await put({ ...whole, Statement: Statement.filter(({ Action }) => Action.length > 0) })
  return () => put(whole)
}

/** A table of the catalogue gets another type for one column. */
export const withOtherColumn = async (at: Running, table: string, column: string, type: string): Promise<Mend> => {
  const glue = new GlueClient(options(at.endpoint))
  const DatabaseName = at.outputs["DatabaseName"]
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name: table }))
  const { Description, Name, Parameters, StorageDescriptor, TableType } = Table!
  const input = { Name: Name!, Description, Parameters, StorageDescriptor, TableType } as TableInput
  const put = async (TableInput: TableInput) => {
    await glue.send(new UpdateTableCommand({ DatabaseName, TableInput }))
  }
  const Columns = StorageDescriptor!.Columns!.map((one) => (one.Name === column ? { ...one, Type: type } : one))
  await put({ ...input, StorageDescriptor: { ...StorageDescriptor, Columns } })
  return () => put(input)
}

/** Somebody is subscribed by email and has not opened the link. */
export const withUnconfirmed = async (at: Running, address: string): Promise<Mend> => {
  const sns = new SNSClient(options(at.endpoint))
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: at.outputs["TopicArn"],
      Protocol: "email",
      Endpoint: address,
      ReturnSubscriptionArn: true,
    }),
  )
  return async () => {
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }))
  }
}

/** A log group keeps its lines for ever. */
export const withoutRetention = async (at: Running, logGroupName: string): Promise<Mend> => {
  const logs = new CloudWatchLogsClient(options(at.endpoint))
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }))
  return async () => {
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 90 }))
  }
}

/** An alarm tells a topic that is not there. */
export const withAlarmToNobody = async (at: Running, name: string): Promise<Mend> => {
  const cloudWatch = new CloudWatchClient(options(at.endpoint))
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))
  const [alarm] = MetricAlarms!
  const put = async (AlarmActions: Array<string>) => {
    const {
      AlarmName,
      ComparisonOperator,
      Dimensions,
      EvaluationPeriods,
      MetricName,
      Namespace,
      Period,
      Statistic,
      Threshold,
      TreatMissingData,
    } = alarm!
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        ComparisonOperator,
        Dimensions,
        EvaluationPeriods,
        MetricName,
        Namespace,
        Period,
        Statistic,
        Threshold,
        TreatMissingData,
        AlarmActions,
      }),
    )
  }
  await put([`${at.outputs["TopicArn"]}-of-old`])
  return () => put(alarm!.AlarmActions ?? [])
}

/** A wheel of a job is not in the asset bucket. */
export const withoutWheel = async (at: Running, job: string): Promise<Mend> => {
  const glue = new GlueClient(options(at.endpoint))
  const s3 = new S3Client({ ...options(at.endpoint), forcePathStyle: true })
  const { Job } = await glue.send(new GetJobCommand({ JobName: job }))
  const [uri] = Job!.DefaultArguments!["--extra-py-files"]!.split(",")
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri!)!
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  const content = await Body!.transformToByteArray()
  await s3.send(new DeleteObjectCommand({ Bucket, Key }))
  return async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: content }))
  }
}
