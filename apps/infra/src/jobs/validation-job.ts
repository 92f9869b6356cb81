import { incomingPrefix, jobArguments, runLayout } from "@pos/pipeline"
import { Stack } from "aws-cdk-lib"
import * as glue from "aws-cdk-lib/aws-glue"
import * as iam from "aws-cdk-lib/aws-iam"
import { Construct } from "constructs"
import type { JobFiles, PlanFiles } from "../artefacts/artefacts.ts"
import { acknowledge } from "../security/acknowledge.ts"
import { allow } from "../security/allow.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { anyPlan, readFiles } from "./file-asset.ts"
import { JobCode, uris } from "./job-code.ts"
import { shellLogs } from "./job-logs.ts"
import { eachRun, eachStream, glueOfThisAccount, listing, logging, onObjects, writeActions } from "./permissions.ts"

export interface ValidationJobProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly bundle: JobFiles
  readonly plan: PlanFiles
}

/** Judges the files of a manifest. Glue Python Shell, Python 3.9, one DPU (16 GB). */
export class ValidationJob extends Construct {
  readonly jobName: string
  /** Shards of all runs together; the others wait their turn. With the other jobs it stays below an account's first quota. */
  readonly maxConcurrentRuns = 25
  readonly logs = shellLogs
  /** Where the plan lies that it is deployed with. */
  readonly planUri: string

  constructor(scope: Construct, id: string, { bundle, plan, settings, storage }: ValidationJobProps) {
    super(scope, id)
    this.jobName = `${settings.stackName}-validation`
    const code = new JobCode(this, "Code", { bundle, plan })
    this.planUri = code.plan.uri
    const role = this.makeRole(settings, storage, code)
    const job = new glue.CfnJob(this, "Job", {
      name: this.jobName,
      description: "Judges every file of a run: verdicts, validated rows as Parquet, rejected files with their reports",
      role: role.roleArn,
      command: { name: "pythonshell", pythonVersion: "3.9", scriptLocation: code.script.uri },
      glueVersion: "3.0",
      maxCapacity: 1,
      maxRetries: 0, // the state machine retries
      timeout: 130, // minutes; the state machine gives up before
      executionProperty: { maxConcurrentRuns: this.maxConcurrentRuns },
      defaultArguments: {
        "--job-language": "python",
        // Nothing beside our own wheels: AWS' common libraries would bring other versions of the same ones.
        "library-set": "none",
        // Python Shell takes wheels from S3 by this argument only; --additional-python-modules is for PyPI there.
        "--extra-py-files": uris(code.wheels),
        ...jobArguments({
          stage: settings.stage,
          region: Stack.of(this).region,
          plan: code.plan.uri,
          results: storage.results.s3UrlForObject(),
          rejected: storage.rejected.s3UrlForObject(),
        }),
      },
    })
    // The role is nothing without its policy.
    job.node.addDependency(role.node.findChild("DefaultPolicy"))
    acknowledge(job, {
      "AwsSolutions-GL1": "CloudWatch Logs encrypts every log group by itself; the log holds no rows.",
      "AwsSolutions-GL3": "The job uses no bookmarks: what is new is said by the manifest.",
    })
  }

  private makeRole(settings: Settings, storage: Storage, code: JobCode): iam.Role {
    const { encryption, rejected, results, source } = storage
    const role = new iam.Role(this, "Role", {
      assumedBy: glueOfThisAccount(this),
      description: `${settings.stackName}: reads new files, rejects bad ones, hands on validated rows`,
    })
    allow(
      role,
      onObjects(
        "ReadSource",
        source,
        // Versions only: a manifest names them.
        ["GetObjectVersion", "GetObjectVersionTagging"],
        `${incomingPrefix}*`,
      ),
      "Suppliers name their files as they like.",
    )
    // A version may be gone, a report not there, a shard not judged yet.
    allow(role, listing(source, rejected, results))
    allow(
      role,
      new iam.PolicyStatement({
        sid: "TellMissingVersions",
        actions: ["s3:ListBucketVersions"],
        resources: [source.bucketArn],
      }),
    )
    // An object that is encrypted with somebody else's key is that file's trouble; with the bucket's own key it is ours.
    allow(
      role,
      new iam.PolicyStatement({
        sid: "TellForeignKeys",
        actions: ["s3:GetEncryptionConfiguration"],
        resources: [source.bucketArn],
      }),
    )
    allow(
      role,
      onObjects("RemoveRejected", source, ["DeleteObjectVersion"], `${incomingPrefix}*`),
      "Suppliers name their files as they like.",
    )
    allow(
      role,
      onObjects("KeepRejected", rejected, [...writeActions, "PutObjectTagging", "GetObject"], "date=*/run=*/*"),
      "Each run writes under its own date and id.",
    )
    allow(role, onObjects("ReadManifest", results, ["GetObject"], runLayout("*").manifest), eachRun)
    allow(
      role,
      onObjects("WriteResults", results, [...writeActions, "GetObject", "DeleteObject"], "runs/*/validation/*"),
      eachRun,
    )
    encryption.allow(role, "read", { bucket: source })
    encryption.allow(role, "write", { bucket: rejected }, { bucket: results })
    allow(role, readFiles([code.plan, code.words], code.files), anyPlan)
    allow(role, logging(this, ...this.logs.groups), eachStream)
    return role
  }
}
