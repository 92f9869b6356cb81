import { ArnFormat, Stack } from "aws-cdk-lib"
import * as iam from "aws-cdk-lib/aws-iam"
import type * as s3 from "aws-cdk-lib/aws-s3"
import type { Construct } from "constructs"

/** Why patterns stand in the middle of resources. */
export const eachRun = "Each run has a folder of its own, and the job works for all of them."
export const eachStream = "A log group's ARN ends so: it covers the streams, of which each job run has its own."

/**
 * Who assumes a job's role: Glue, working for this account. Whoever could make Glue of another account use the role would
 * otherwise have its rights.
 * https://docs.aws.amazon.com/glue/latest/dg/cross-service-confused-deputy-prevention.html
 */
export const glueOfThisAccount = (scope: Construct): iam.ServicePrincipal =>
  new iam.ServicePrincipal("glue.amazonaws.com", {
    conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
  })

/** Statements that both jobs' roles are made of. Keys are patterns under the bucket. */
export const onObjects = (
  sid: string,
  bucket: s3.IBucket,
  actions: ReadonlyArray<string>,
  ...keys: ReadonlyArray<string>
): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid,
    actions: actions.map((action) => `s3:${action}`),
    resources: keys.map((key) => bucket.arnForObjects(key)),
  })

/**
 * Listing of whole buckets. Whoever may not list a bucket is told "denied" of an object that is not there, and a right
 * that is narrowed to a prefix does not count: S3 asks for it without one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const listing = (...buckets: ReadonlyArray<s3.IBucket>): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: "TellMissingFromDenied",
    actions: ["s3:ListBucket"],
    resources: buckets.map(({ bucketArn }) => bucketArn),
  })

/** One request writes small objects, many write large ones. */
export const writeActions = ["PutObject", "AbortMultipartUpload"] as const

/** Delivery of a job's own log to these groups. */
export const logging = (scope: Construct, ...groups: ReadonlyArray<string>): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: "Logs",
    actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    // The form that stands for a group in policies, and covers its streams.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    resources: groups.map((group) =>
      Stack.of(scope).formatArn({
        service: "logs",
        resource: "log-group",
        resourceName: `${group}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ),
  })
