import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { basename, extname } from "node:path"
import { AssetStaging, type FileAssetLocation, FileAssetPackaging, Stack } from "aws-cdk-lib"
import * as iam from "aws-cdk-lib/aws-iam"
import * as s3 from "aws-cdk-lib/aws-s3"
import { Construct } from "constructs"

export interface FileAssetProps {
  /** Absolute. */
  readonly path: string
}

/**
 * A file in CDK's asset bucket that keeps its own name: `<hash of its content>/<name>`. CDK's own `Asset` calls it
 * `<hash>.whl`, and pip refuses a wheel whose name does not say what it is.
 */
export class FileAsset extends Construct {
  readonly uri: string
  private readonly location: FileAssetLocation

  constructor(scope: Construct, id: string, { path }: FileAssetProps) {
    super(scope, id)
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 32)
    const staged = new AssetStaging(this, "Staging", { sourcePath: path })
    const stack = Stack.of(this)
    const extension = extname(path)
    this.location = stack.synthesizer.addFileAsset({
      packaging: FileAssetPackaging.FILE,
      fileName: staged.relativeStagedPath(stack),
      // The synthesizer makes the object's key of this and the extension.
      sourceHash: `${hash}/${basename(path, extension)}`,
      displayName: basename(path),
    })
    this.uri = `s3://${this.location.bucketName}/${this.location.objectKey}`
  }

  /** The ARN of the object. */
  get arn(): string {
    return this.bucket.arnForObjects(this.location.objectKey)
  }

  /** The ARNs of the files of this name that this deployment and others have left. */
  get arnOfAnyVersion(): string {
    return this.bucket.arnForObjects(`*/${basename(this.location.objectKey)}`)
  }

  private get bucket(): s3.IBucket {
    const name = "Bucket"
    const known = this.node.tryFindChild(name)
    return (known as s3.IBucket | undefined) ?? s3.Bucket.fromBucketName(this, name, this.location.bucketName)
  }
}

/** Why the right to read plans has a pattern in it. */
export const anyPlan = "A run goes on with the plan that it began with, also when another one is deployed meanwhile."

/** The right to read these files, plans of other deployments, and nothing else in the asset bucket. */
export const readFiles = (plan: FileAsset, assets: ReadonlyArray<FileAsset>): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: "Code",
    actions: ["s3:GetObject"],
    resources: [plan.arnOfAnyVersion, ...assets.map(({ arn }) => arn)],
  })
