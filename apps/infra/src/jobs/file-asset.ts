import { basename, extname } from "node:path"
import { assetFile } from "@pos/deployment"
import { AssetStaging, type FileAssetLocation, FileAssetPackaging, Stack } from "aws-cdk-lib"
import * as iam from "aws-cdk-lib/aws-iam"
import * as s3 from "aws-cdk-lib/aws-s3"
import { Construct } from "constructs"

export interface FileAssetProps {
  /** Absolute. */
  readonly path: string
  /** The files that lie in one folder with it, itself among them: a change of one gives them all another folder. */
  readonly together?: ReadonlyArray<string>
}

/**
 * A file in CDK's asset bucket that keeps its own name: `<hash of its content>/<name>`. CDK's own `Asset` calls it
 * `<hash>.whl`, and pip refuses a wheel whose name does not say what it is.
 */
export class FileAsset extends Construct {
  readonly uri: string
  private readonly location: FileAssetLocation

  constructor(scope: Construct, id: string, { path, together }: FileAssetProps) {
    super(scope, id)
    const staged = new AssetStaging(this, "Staging", { sourcePath: path })
    const stack = Stack.of(this)
    const extension = extname(path)
    this.location = stack.synthesizer.addFileAsset({
      packaging: FileAssetPackaging.FILE,
      fileName: staged.relativeStagedPath(stack),
      // The synthesizer makes the object's key of this and the extension.
      sourceHash: assetFile(path, together).key.slice(0, -extension.length || undefined),
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

/** Why the right to read plans and their words has a pattern in it. */
export const anyPlan = "A run goes on with the plan that it began with, also when another one is deployed meanwhile."

/** The right to read these files, those of `ofRuns` by other deployments too, and nothing else in the asset bucket. */
export const readFiles = (ofRuns: ReadonlyArray<FileAsset>, assets: ReadonlyArray<FileAsset>): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: "Code",
    actions: ["s3:GetObject"],
    resources: [...ofRuns.map((file) => file.arnOfAnyVersion), ...assets.map(({ arn }) => arn)],
  })
