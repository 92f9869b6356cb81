import { runLayout } from "@pos/pipeline"
import * as glue from "aws-cdk-lib/aws-glue"
import * as iam from "aws-cdk-lib/aws-iam"
import { Construct } from "constructs"
import type { JobBundle } from "../artefacts/artefacts.ts"
import { makeLogGroup } from "../monitoring/log-group.ts"
import { acknowledge } from "../security/acknowledge.ts"
import { allow } from "../security/allow.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { readFiles } from "./file-asset.ts"
import { JobCode } from "./job-code.ts"
import { eachRun, eachStream, listing, logging, onObjects, writeActions } from "./permissions.ts"

export interface TransformationJobProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly bundle: JobBundle
  readonly plan: string
  /** The tables' paths in the lake. */
  readonly tables: ReadonlyArray<string>
}

/** Loads a run's validated rows into the Delta tables. Glue 6.0; one run at a time, so that each table has one writer. */
export class TransformationJob extends Construct {
  readonly jobName: string
  readonly logGroup: string

  constructor(scope: Construct, id: string, props: TransformationJobProps) {
    super(scope, id)
    const { bundle, plan, settings, storage } = props
    this.jobName = `${settings.stackName}-transformation`
    this.logGroup = `/pos/${settings.stage}/transformation`
    for (const stream of ["output", "error"]) {
      makeLogGroup(this, `Log-${stream}`, settings, `${this.logGroup}/${stream}`)
    }
    const code = new JobCode(this, "Code", { bundle, plan })
    const role = this.makeRole(props, code)
    const job = new glue.CfnJob(this, "Job", {
      name: this.jobName,
      description: "Loads validated rows: appends new sales, recomputes the KPIs of the dates that they touch",
      role: role.roleArn,
      command: { name: "glueetl", pythonVersion: "3", scriptLocation: code.script.uri },
      glueVersion: glue.GlueVersion.V6_0,
      workerType: glue.WorkerType.G_1X,
      numberOfWorkers: 2,
      executionClass: "STANDARD",
      maxRetries: 0, // the state machine retries
      timeout: 490, // minutes; the state machine gives up before
      executionProperty: { maxConcurrentRuns: 1 },
      defaultArguments: {
        "--job-language": "python",
        "--datalake-formats": "delta",
        "--additional-python-modules": code.wheelUris,
        "--python-modules-installer-option": "--no-index --no-deps",
        "--enable-metrics": "true",
        "--enable-observability-metrics": "true",
        "--custom-logGroup-prefix": this.logGroup,
        "--engine": settings.engine,
        "--plan": code.plan.uri,
        "--results": storage.results.s3UrlForObject(),
        "--lake": storage.lake.s3UrlForObject(),
      },
    })
    // The role is nothing without its policy.
    job.node.addDependency(role.node.findChild("DefaultPolicy"))
    acknowledge(job, {
      "AwsSolutions-GL1": "CloudWatch Logs encrypts every log group by itself; the log holds no sales data.",
      "AwsSolutions-GL3": "The job uses no bookmarks: what is new is said by the validation's results.",
    })
  }

  private makeRole({ settings, storage, tables }: TransformationJobProps, code: JobCode): iam.Role {
    const { lake, results } = storage
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("glue.amazonaws.com"),
      description: `${settings.stackName}: reads validated rows, writes the Delta tables`,
    })
    allow(role, onObjects("ReadManifest", results, ["GetObject"], runLayout("*").manifest), eachRun)
    allow(role, onObjects("ReadValidated", results, ["GetObject"], "runs/*/validation/*"), eachRun)
    allow(role, onObjects("WriteSummary", results, [...writeActions], "runs/*/transformation/*"), eachRun)
    allow(role, listing("ListResults", results, "runs/*"))
    allow(
      role,
      onObjects(
        "WriteTables",
        lake,
        [...writeActions, "GetObject", "DeleteObject"],
        ...tables.map((path) => `${path}/*`),
      ),
      "Delta names its files itself.",
    )
    // Delta asks for files that may not be there yet; without the right to list, the answer would be "denied".
    allow(role, new iam.PolicyStatement({ sid: "ListTables", actions: ["s3:ListBucket"], resources: [lake.bucketArn] }))
    allow(
      role,
      new iam.PolicyStatement({
        sid: "JobMetrics",
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        conditions: { StringEquals: { "cloudwatch:namespace": "Glue" } },
      }),
      "PutMetricData knows no resources; the condition narrows it to the namespace.",
    )
    allow(role, readFiles(code.files))
    allow(role, logging(this, `${this.logGroup}/output`, `${this.logGroup}/error`), eachStream)
    return role
  }
}
