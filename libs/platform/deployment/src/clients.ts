import { AthenaClient } from "@aws-sdk/client-athena"
import { CloudFormationClient } from "@aws-sdk/client-cloudformation"
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch"
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs"
import { GlueClient } from "@aws-sdk/client-glue"
import { IAMClient } from "@aws-sdk/client-iam"
import { S3Client } from "@aws-sdk/client-s3"
import { SFNClient } from "@aws-sdk/client-sfn"
import { SNSClient } from "@aws-sdk/client-sns"
import { SQSClient } from "@aws-sdk/client-sqs"
import { STSClient } from "@aws-sdk/client-sts"
import { AwsConnection, type ClientOptions, retries, scoped } from "@pos/aws"
import { Context, Effect, Layer } from "effect"

const makeClients = (options: ClientOptions) => {
  const given = { ...options, ...retries }
  return Effect.all({
    athena: scoped(() => new AthenaClient(given)),
    cloudFormation: scoped(() => new CloudFormationClient(given)),
    cloudWatch: scoped(() => new CloudWatchClient(given)),
    glue: scoped(() => new GlueClient(given)),
    iam: scoped(() => new IAMClient(given)),
    logs: scoped(() => new CloudWatchLogsClient(given)),
    s3: scoped(() => new S3Client(given)),
    sfn: scoped(() => new SFNClient(given)),
    sns: scoped(() => new SNSClient(given)),
    sqs: scoped(() => new SQSClient(given)),
    sts: scoped(() => new STSClient(given)),
  })
}

/** The SDK's clients that the checks call. They do nothing before they are asked. */
export class Clients extends Context.Service<Clients, Effect.Success<ReturnType<typeof makeClients>>>()(
  "@pos/deployment/Clients",
) {
  static readonly layer = Layer.effect(
    Clients,
    Effect.flatMap(AwsConnection, (options) => makeClients(options)),
  )
}
