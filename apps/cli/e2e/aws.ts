/** The local AWS through AWS' own clients, as its root: what no command of `pos` does. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation"
import { GetJobRunCommand, GlueClient, type JobRun, StartJobRunCommand } from "@aws-sdk/client-glue"
import {
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3"
import { execFile } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { promisify } from "node:util"
import type { Pos } from "./pos.ts"

export interface Running {
  readonly endpoint: string
  readonly outputs: Readonly<Record<string, string>>
}

/** A key by name, the root's unless told otherwise, for plain requests to a service: the local AWS looks at no signature. */
export const authorization = (service: string, key = "test"): string =>
  `AWS4-HMAC-SHA256 Credential=${key}/20250101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`

export const options = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  // So that the local AWS tells these calls from those of the platform.
  customUserAgent: "local-aws-test",
})

/** Where the local AWS is, and everything that the deployed stack says of itself. */
export const running = async (pos: Pos): Promise<Running> => {
  const { endpoint } = await pos.json<{ readonly endpoint: string }>(0, "status")
  const cloudFormation = new CloudFormationClient(options(endpoint))
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: "pos-local" }))
  const outputs = (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue])
  return { endpoint, outputs: Object.fromEntries(outputs) as Record<string, string> }
}

const ended = new Set(["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"])

/** Runs a Glue job to its end. */
export const runJob = async (
  { endpoint }: Running,
  job: string,
  runArguments: Record<string, string> = {},
): Promise<JobRun> => {
  const glue = new GlueClient(options(endpoint))
  const { JobRunId } = await glue.send(new StartJobRunCommand({ JobName: job, Arguments: runArguments }))
  for (;;) {
    const { JobRun } = await glue.send(new GetJobRunCommand({ JobName: job, RunId: JobRunId }))
    if (JobRun !== undefined && ended.has(JobRun.JobRunState ?? "")) return JobRun
    await setTimeout(200)
  }
}

const s3Of = ({ endpoint }: Running) => new S3Client({ ...options(endpoint), forcePathStyle: true })

/** The keys under a prefix of the bucket that an output names. */
export const keysUnder = async (at: Running, bucket: string, prefix: string): Promise<ReadonlyArray<string>> => {
  const keys: Array<string> = []
  for await (const page of paginateListObjectsV2(
    { client: s3Of(at) },
    { Bucket: at.outputs[bucket], Prefix: prefix },
  )) {
    keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key))
  }
  return keys
}

/** An object's text, in the bucket that an output names. */
export const textOf = async (at: Running, bucket: string, key: string): Promise<string> => {
  const { Body } = await s3Of(at).send(new GetObjectCommand({ Bucket: at.outputs[bucket], Key: key }))
  return (await Body?.transformToString()) ?? ""
}

/** Uploads an object as a supplier's own tools may: in any storage class, with any encryption. */
export const putObject = async (
  at: Running,
  bucket: string,
  key: string,
  body: string,
  more: Partial<PutObjectCommandInput> = {},
): Promise<void> => {
  await s3Of(at).send(new PutObjectCommand({ Bucket: at.outputs[bucket], Key: key, Body: body, ...more }))
}

interface Action {
  readonly add?: { readonly path: string }
  readonly remove?: { readonly path: string }
}

/** The data files of a table's newest version, from the commits in its log. */
export const dataFiles = async (at: Running, table: string): Promise<ReadonlyArray<string>> => {
  const log = await keysUnder(at, "LakeBucketName", `${table}/_delta_log/`)
  const files = new Set<string>()
  for (const key of log.filter((name) => /\/\d{20}\.json$/.test(name)).toSorted()) {
    const commit = await textOf(at, "LakeBucketName", key)
    for (const line of commit.split("\n").filter((text) => text !== "")) {
      const { add, remove } = JSON.parse(line) as Action
      if (add !== undefined) files.add(add.path)
      if (remove !== undefined) files.delete(remove.path)
    }
  }
  return [...files]
}

const workspace = join(import.meta.dirname, "../../..")

/** Deploys another synthesized form of the stack over the one that runs, as `pos start` does after a change of settings. */
export const redeploy = async (pos: Pos, assembly: string): Promise<void> => {
  const { endpoint } = await running(pos)
  const { stdout } = await promisify(execFile)(
    join(workspace, ".venv/local-aws/bin/python"),
    ["-m", "pos_local_aws", "deploy", "--endpoint", endpoint, "--assembly", assembly, "--stack", "pos-local", "--json"],
    { cwd: join(workspace, "apps/infra"), env: { ...process.env, PYTHONPATH: join(workspace, "tools/local-aws/src") } },
  )
  // Each deployment gives the reader of the lake a new key in place of the old one, and the new outputs.
  const { outputs, reader } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>
  const file = join(pos.home, "local.json")
  const state = JSON.parse(readFileSync(file, "utf8")) as { readonly deployed: object }
  writeFileSync(file, JSON.stringify({ ...state, deployed: { ...state.deployed, outputs, reader } }))
}
