import * as iam from "aws-cdk-lib/aws-iam"
import type * as kms from "aws-cdk-lib/aws-kms"
import type * as s3 from "aws-cdk-lib/aws-s3"
import { Option } from "effect"

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const given = (key: string) => ({ Null: { [key]: "false" } })

/**
 * Storage classes that a reader gets at once. The archive classes (`GLACIER`, `DEEP_ARCHIVE`) answer nothing before
 * somebody restores the object, and `GLACIER_IR` bills a reader and the first 90 days. A list of what is allowed also
 * refuses classes that AWS will think of. `INTELLIGENT_TIERING` archives only where its bucket is configured to; ours is not.
 */
const readableClasses = ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "REDUCED_REDUNDANCY"]

const refuseUploads = (bucket: s3.Bucket, sid: string, conditions: Conditions): void => {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ["s3:PutObject"],
      resources: [bucket.arnForObjects("*")],
      conditions,
    }),
  )
}

/**
 * S3 refuses files that the validation job could not read: encrypted with a key that only the sender has (SSE-C), or
 * with a KMS key that is not the stage's, or archived. Whoever sends them, in this account or another.
 */
export const refuseUnreadable = (source: s3.Bucket, key: Option.Option<kms.IKey>): void => {
  // The bucket's own setting says the same; that one may be switched off without anybody looking at this policy.
  refuseUploads(source, "NoKeysOfTheSender", given("s3:x-amz-server-side-encryption-customer-algorithm"))
  refuseUploads(source, "NoArchive", {
    ...given("s3:x-amz-storage-class"),
    StringNotEquals: { "s3:x-amz-storage-class": readableClasses },
  })
  if (Option.isNone(key)) {
    refuseUploads(source, "NoForeignKeys", given("s3:x-amz-server-side-encryption-aws-kms-key-id"))
  }
}

/**
 * What is written is encrypted with the stage's key: a request says nothing, and the bucket's default holds, or it names
 * that very key. `aws:kms` without a key would mean the one that AWS manages for S3.
 */
export const demandKey = (bucket: s3.Bucket, key: kms.IKey): void => {
  const algorithm = "s3:x-amz-server-side-encryption"
  const keyId = "s3:x-amz-server-side-encryption-aws-kms-key-id"
  refuseUploads(bucket, "NoOtherEncryption", { ...given(algorithm), StringNotEquals: { [algorithm]: "aws:kms" } })
  refuseUploads(bucket, "NoUnnamedKey", { StringEquals: { [algorithm]: "aws:kms" }, Null: { [keyId]: "true" } })
  refuseUploads(bucket, "NoForeignKeys", { ...given(keyId), StringNotEquals: { [keyId]: key.keyArn } })
}
