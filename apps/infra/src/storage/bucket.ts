import { Duration, RemovalPolicy } from "aws-cdk-lib"
import * as s3 from "aws-cdk-lib/aws-s3"
import type { Construct } from "constructs"
import { Option } from "effect"
import { acknowledge } from "../security/acknowledge.ts"
import type { Settings } from "../settings/settings.ts"

/** How long objects stay, beyond what every bucket has in common. */
export interface BucketProps {
  readonly settings: Settings
  /** Days after which an object that is not the current version goes. */
  readonly keepOldVersionsDays: number
  /** Days after which current objects go; without it they stay. */
  readonly expireAfterDays?: number
  /** Days after which current objects move to cheaper storage. */
  readonly archiveAfterDays?: number
}

/**
 * A bucket as all of ours are: private, versioned, TLS only, encrypted by S3's own keys.
 *
 * S3-managed keys and not a KMS key: every reader and writer is in this account and has its own least-privilege role, so
 * that a key policy would repeat what IAM says, while each object request would cost a KMS request too.
 */
export const makeBucket = (scope: Construct, id: string, props: BucketProps): s3.Bucket => {
  const { settings } = props
  const logs = Option.map(settings.accessLogsBucket, (name) => s3.Bucket.fromBucketName(scope, `${id}AccessLogs`, name))
  const bucket = new s3.Bucket(scope, id, {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    removalPolicy: settings.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    serverAccessLogsBucket: Option.getOrUndefined(logs),
    serverAccessLogsPrefix: Option.isSome(logs) ? `${settings.stackName}/${id.toLowerCase()}/` : undefined,
    lifecycleRules: [
      {
        id: "tidy",
        abortIncompleteMultipartUploadAfter: Duration.days(7),
        noncurrentVersionExpiration: Duration.days(props.keepOldVersionsDays),
        ...(props.expireAfterDays === undefined ? {} : { expiration: Duration.days(props.expireAfterDays) }),
        ...(props.archiveAfterDays === undefined
          ? {}
          : {
              transitions: [
                {
                  storageClass: s3.StorageClass.INFREQUENT_ACCESS,
                  transitionAfter: Duration.days(props.archiveAfterDays),
                },
              ],
            }),
      },
      // A rule that expires objects by age cannot also clear the markers that deletions leave.
      ...(props.expireAfterDays === undefined ? [{ id: "markers", expiredObjectDeleteMarker: true }] : []),
    ],
  })
  if (Option.isNone(logs)) {
    acknowledge(bucket, {
      "AwsSolutions-S1":
        "Access logs belong in a bucket of the organisation, outside this stack: name it with -c accessLogsBucket=NAME. CloudTrail data events answer the same questions.",
    })
  }
  return bucket
}
