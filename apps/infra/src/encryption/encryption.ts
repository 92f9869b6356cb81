import { Stack } from "aws-cdk-lib"
import * as iam from "aws-cdk-lib/aws-iam"
import * as kms from "aws-cdk-lib/aws-kms"
import type * as s3 from "aws-cdk-lib/aws-s3"
import * as sqs from "aws-cdk-lib/aws-sqs"
import { Construct } from "constructs"
import { Option } from "effect"
import type { Settings } from "../settings/settings.ts"
import { removalOf } from "../storage/removal.ts"

export interface EncryptionProps {
  readonly settings: Settings
}

/** Part of a bucket: all of it, or what lies under these patterns. */
export interface Encrypted {
  readonly bucket: s3.IBucket
  readonly keys?: ReadonlyArray<string>
}

/**
 * The KMS key of a stage that has one, and the rights to it. Each role may use it only by way of S3, and only for the
 * buckets that it works in: S3 names the bucket (or the object) to KMS, and the condition compares.
 */
export class Encryption extends Construct {
  /** None: S3's and SQS' own keys, CloudWatch's encryption. */
  readonly key: Option.Option<kms.IKey>

  constructor(scope: Construct, id: string, { settings }: EncryptionProps) {
    super(scope, id)
    const { encryption } = settings
    this.key =
      encryption.kind === "s3-managed"
        ? Option.none()
        : Option.some(
            Option.match(encryption.keyArn, {
              onNone: () => this.makeKey(settings),
              // Its policy is its owner's affair; docs/deploying.md says what must stand in it.
              onSome: (arn) => kms.Key.fromKeyArn(this, "Key", arn),
            }),
          )
  }

  /** Lets a role read, or read and write, encrypted objects. Nothing to do without a key. */
  allow(grantee: iam.IGrantable, use: "read" | "write", ...objects: ReadonlyArray<Encrypted>): void {
    if (Option.isNone(this.key)) return
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({
        // Of a role's statements no two may have one name.
        sid: `${use === "read" ? "Decrypt" : "Encrypt"}${objects.map(({ bucket }) => bucket.node.id).join("")}`,
        // Whoever completes an upload of several parts decrypts them, so that writing needs both.
        actions: use === "read" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [this.key.value.keyArn],
        conditions: {
          StringEquals: { "kms:ViaService": `s3.${Stack.of(this).region}.amazonaws.com` },
          // The bucket, where S3 uses one data key for many objects; the object, where a writer asked for its own.
          StringLike: { "kms:EncryptionContext:aws:s3:arn": objects.flatMap(contexts) },
        },
      }),
    )
  }

  /** Puts a queue under the key. Not by CDK's own property, whose grants would open the key to more than messages. */
  encrypt(queue: sqs.Queue): void {
    if (Option.isNone(this.key)) return
    const resource = queue.node.defaultChild
    if (!(resource instanceof sqs.CfnQueue)) throw new Error("The queue has no CfnQueue")
    resource.sqsManagedSseEnabled = undefined
    resource.kmsMasterKeyId = this.key.value.keyArn
  }

  /** Lets a role take messages from encrypted queues. */
  allowMessages(grantee: iam.IGrantable): void {
    if (Option.isNone(this.key)) return
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({
        sid: "DecryptMessages",
        actions: ["kms:Decrypt"],
        resources: [this.key.value.keyArn],
        conditions: { StringEquals: { "kms:ViaService": `sqs.${Stack.of(this).region}.amazonaws.com` } },
      }),
    )
  }

  private makeKey(settings: Settings): kms.Key {
    const stack = Stack.of(this)
    const key = new kms.Key(this, "Key", {
      description: `Data of ${settings.stackName}`,
      enableKeyRotation: true,
      removalPolicy: removalOf(settings),
    })
    const logGroups = ["/aws/lambda/", "/aws/vendedlogs/states/"].map((folder) => `${folder}${settings.stackName}-*`)
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: "LogGroups",
        principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
          "kms:GenerateDataKey",
          "kms:DescribeKey",
        ],
        resources: ["*"], // in a key's policy this is the key itself
        conditions: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": [...logGroups, `/pos/${settings.stage}/*`].map(
              (name) => `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:${name}`,
            ),
          },
        },
      }),
    )
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: "AnnouncementsOfFiles",
        principals: [new iam.ServicePrincipal("s3.amazonaws.com")],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
      }),
    )
    return key
  }
}

const contexts = ({ bucket, keys }: Encrypted): ReadonlyArray<string> => [
  bucket.bucketArn,
  ...(keys ?? ["*"]).map((key) => bucket.arnForObjects(key)),
]
