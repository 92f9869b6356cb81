import { Duration } from "aws-cdk-lib"
import type * as kms from "aws-cdk-lib/aws-kms"
import * as s3 from "aws-cdk-lib/aws-s3"
import type { Construct } from "constructs"
import { Option } from "effect"
import { acknowledge } from "../security/acknowledge.ts"
import type { Settings } from "../settings/settings.ts"
import { removalOf } from "./removal.ts"
import { demandKey } from "./upload-guard.ts"

/** How long objects stay, beyond what every bucket has in common. */
export interface BucketProps {
  readonly settings: Settings
  /** The stage's KMS key, if it has one. */
  readonly key: Option.Option<kms.IKey>
  /** Days after which an object that is not the current version goes. */
  readonly keepOldVersionsDays: number
  /** Days after which current objects go; without it they stay. */
  readonly expireAfterDays?: number
  /** Days after which current objects move to cheaper storage. */
  readonly archiveAfterDays?: number
}

/**
 * A bucket as all of ours are: private, versioned, TLS only, encrypted by S3's own keys or the stage's KMS key.
 *
 * S3's own keys are the default: every reader and writer is in this account and has its own least-privilege role, so
 * that a key's policy would repeat what IAM says. With a KMS key S3 keeps one data key for many objects, which saves
 * nearly all requests to KMS.
 */
export const makeBucket = (scope: Construct, id: string, props: BucketProps): s3.Bucket => {
  const { settings } = props
  const logs = Option.map(settings.accessLogsBucket, (name) => s3.Bucket.fromBucketName(scope, `${id}AccessLogs`, name))
  const bucket = new s3.Bucket(scope, id, {
    ...Option.match(props.key, {
      onNone: () => ({ encryption: s3.BucketEncryption.S3_MANAGED }),
      onSome: (encryptionKey) => ({ encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    }),
    blockedEncryptionTypes: [s3.BlockedEncryptionType.SSE_C],
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    removalPolicy: removalOf(settings),
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
  if (Option.isSome(props.key)) demandKey(bucket, props.key.value)
  if (Option.isNone(logs)) {
    acknowledge(bucket, {
      "AwsSolutions-S1":
        "Access logs belong in a bucket of the organisation, outside this stack: name it with -c accessLogsBucket=NAME. CloudTrail data events answer the same questions.",
    })
  }
  return bucket
}
