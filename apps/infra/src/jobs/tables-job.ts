import { jobArguments, repairModulesArgument } from "@pos/pipeline"
import { Stack } from "aws-cdk-lib"
import * as glue from "aws-cdk-lib/aws-glue"
import * as iam from "aws-cdk-lib/aws-iam"
import { Construct } from "constructs"
import type { JobFiles, PlanFiles } from "../artefacts/artefacts.ts"
import { makeLogGroup } from "../monitoring/log-group.ts"
import { acknowledge } from "../security/acknowledge.ts"
import { allow } from "../security/allow.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { anyPlan, readFiles } from "./file-asset.ts"
import { JobCode, uris } from "./job-code.ts"
import { type JobLogs, shellLogs, sparkLogs } from "./job-logs.ts"
import { eachStream, glueOfThisAccount, logging, onObjects, writeActions } from "./permissions.ts"
import { sparkConf } from "./spark-conf.ts"

export interface TablesJobProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly bundle: JobFiles
  readonly plan: PlanFiles
  /** The tables' paths in the lake. */
  readonly tables: ReadonlyArray<string>
}

/** What makes one job of the bundle another than the next. */
export interface TablesJobPart {
  /** The end of the job's name. */
  readonly name: string
  readonly description: string
  /** What its role does, in words. */
  readonly roleDescription: string
  readonly timeoutMinutes: number
  /** Whether it makes tables, which say in words what they hold. */
  readonly makesTables?: boolean
  /** Whether Glue itself lets a run wait that it has no capacity for. */
  readonly queued?: boolean
  readonly arguments: Readonly<Record<string, string>>
}

/**
 * A Glue job that runs the transformation's bundle and may write the tables, and nothing else. One run at a time. It is
 * a Spark job on Glue 6.0, whose driver also carries the embedded engine, or a Python Shell job for the latter alone.
 */
export abstract class TablesJob extends Construct {
  readonly jobName: string
  readonly logs: JobLogs
  protected readonly role: iam.Role

  constructor(scope: Construct, id: string, props: TablesJobProps, part: TablesJobPart) {
    super(scope, id)
    const { bundle, plan, settings, storage } = props
    this.jobName = `${settings.stackName}-${part.name}`
    const onSpark = settings.transformationType === "glueetl"
    this.logs = onSpark ? sparkLogs(this.makeLogGroups(props, part.name)) : shellLogs
    const code = new JobCode(this, "Code", { bundle, plan })
    this.role = this.makeRole(props, part, code)
    const { defaultArguments, ...runtime } = onSpark ? onGlueSpark(settings, code, this.logs) : onPythonShell(code)
    const job = new glue.CfnJob(this, "Job", {
      ...runtime,
      name: this.jobName,
      description: part.description,
      role: this.role.roleArn,
      maxRetries: 0, // also what Glue's queue demands
      ...(part.queued === true ? { jobRunQueuingEnabled: true } : {}),
      timeout: part.timeoutMinutes,
      executionProperty: { maxConcurrentRuns: 1 },
      defaultArguments: {
        ...defaultArguments,
        ...jobArguments({
          engine: settings.engine,
          stage: settings.stage,
          region: Stack.of(this).region,
          plan: code.plan.uri,
          lake: storage.lake.s3UrlForObject(),
        }),
        // For whoever starts a repair: what it gives as --additional-python-modules.
        ...(code.repairWheels.length === 0
          ? {}
          : { [repairModulesArgument]: uris([...code.wheels, ...code.repairWheels]) }),
        ...part.arguments,
      },
    })
    // The role is nothing without its policy.
    job.node.addDependency(this.role.node.findChild("DefaultPolicy"))
    acknowledge(job, {
      "AwsSolutions-GL1": "CloudWatch Logs encrypts every log group by itself; the log holds no rows.",
      "AwsSolutions-GL3": "The job uses no bookmarks: what is new is said by the validation's results.",
    })
  }

  private makeLogGroups({ settings, storage }: TablesJobProps, name: string): string {
    const prefix = `/pos/${settings.stage}/${name}`
    const { key } = storage.encryption
    for (const stream of ["output", "error"]) {
      makeLogGroup(this, `Log-${stream}`, { settings, key, name: `${prefix}/${stream}` })
    }
    return prefix
  }

  private makeRole({ settings, storage, tables }: TablesJobProps, part: TablesJobPart, code: JobCode): iam.Role {
    const { lake } = storage
    const role = new iam.Role(this, "Role", {
      assumedBy: glueOfThisAccount(this),
      description: `${settings.stackName}: ${part.roleDescription}`,
    })
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
    if (settings.engine === "spark") {
      allow(role, onObjects("ProbeFolders", lake, ["GetObject"], ...new Set(tables.flatMap(folders))))
    }
    // Delta asks for files that may not be there yet; without the right to list, the answer would be "denied".
    allow(role, new iam.PolicyStatement({ sid: "ListTables", actions: ["s3:ListBucket"], resources: [lake.bucketArn] }))
    storage.encryption.allow(role, "write", { bucket: lake })
    const ofRuns = part.makesTables === true ? [code.plan, code.words] : [code.plan]
    allow(role, readFiles(ofRuns, code.files), anyPlan)
    allow(role, logging(this, ...this.logs.groups), eachStream)
    return role
  }
}

/**
 * The names of a path's folders, without a slash at the end. Before S3A takes one for a folder it asks whether a file
 * has that name; an answer "denied" instead of "not found" would end the job.
 */
const folders = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"))
}

type Runtime = Omit<glue.CfnJobProps, "role" | "defaultArguments"> & {
  readonly defaultArguments: Readonly<Record<string, string>>
}

const onGlueSpark = (settings: Settings, code: JobCode, logs: JobLogs): Runtime => ({
  command: { name: "glueetl", pythonVersion: "3", scriptLocation: code.script.uri },
  glueVersion: glue.GlueVersion.V6_0,
  workerType: settings.workerType,
  // The embedded engine works on the driver alone, and Glue gives no fewer than two.
  numberOfWorkers: settings.engine === "spark" ? settings.workers : 2,
  executionClass: "STANDARD",
  defaultArguments: {
    "--job-language": "python",
    "--datalake-formats": "delta",
    "--additional-python-modules": uris(code.wheels),
    "--python-modules-installer-option": "--no-index --no-deps",
    ...(code.jars.length === 0 ? {} : { "--extra-jars": uris(code.jars) }),
    ...(settings.engine === "spark" ? { "--conf": sparkConf } : {}),
    // Above the least, Glue adds workers as a load needs them, and bills only those.
    ...(settings.engine === "spark" && settings.workers > 2 ? { "--enable-auto-scaling": "true" } : {}),
    "--custom-logGroup-prefix": logs.prefix,
  },
})

const onPythonShell = (code: JobCode): Runtime => ({
  command: { name: "pythonshell", pythonVersion: "3.9", scriptLocation: code.script.uri },
  glueVersion: "3.0",
  maxCapacity: 1,
  defaultArguments: {
    "--job-language": "python",
    // As in the validation job: our own wheels and nothing else, from S3.
    "library-set": "none",
    "--extra-py-files": uris(code.wheels),
  },
})
