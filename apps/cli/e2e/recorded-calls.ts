/**
 * What the deployed roles called, from the local AWS's own log, held against the record in `apps/infra/test/calls`. The
 * tests of `infra` hold the template's policies against the same record, both ways.
 *
 * `POS_RECORD_CALLS=1` writes the record instead.
 */
import { CloudFormationClient, paginateListStackResources } from "@aws-sdk/client-cloudformation"
import { assert, describe, it } from "@effect/vitest"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { options, running } from "./aws.ts"
import type { Pos } from "./pos.ts"

const folder = join(import.meta.dirname, "../../infra/test/calls")

interface Recorded {
  /** What the stack was synthesized with. */
  readonly settings: Readonly<Record<string, unknown>>
  /** By role, or by the service that called under its own name: action, resource, conditions. */
  readonly calls: Readonly<Record<string, ReadonlyArray<string>>>
  /** What the platform's clients called, of which services. */
  readonly operations: ReadonlyArray<string>
}

interface Line {
  readonly principal: string | null
  readonly root: boolean
  readonly action: string
  readonly resource: string
  readonly decision: string
  readonly conditions?: Readonly<Record<string, string>>
}

const linesOf = <A>(pos: Pos, file: string): ReadonlyArray<A> =>
  readFileSync(join(pos.home, "data", file), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as A)

/** CDK's hash at the end of a logical id. */
const named = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, "")

const arnOf = (type: string, physicalId: string): string | undefined => {
  if (type === "AWS::S3::Bucket") return `arn:aws:s3:::${physicalId}`
  if (type === "AWS::KMS::Key") return `arn:aws:kms:us-east-1:000000000000:key/${physicalId}`
  if (type === "AWS::Lambda::Function") return `arn:aws:lambda:us-east-1:000000000000:function:${physicalId}`
  // A queue is known by its URL.
  if (type === "AWS::SQS::Queue") return `arn:aws:sqs:us-east-1:000000000000:${physicalId.split("/").at(-1)}`
  return /^AWS::(SNS::Topic|StepFunctions::StateMachine)$/.test(type) ? physicalId : undefined
}

/** What differs from run to run, and from build to build. */
const variable: ReadonlyArray<readonly [RegExp, string]> = [
  [/us-east-1:000000000000|000000000000-us-east-1/g, "{here}"],
  [
    /(cdk-\w+-assets-\{here\})\/[0-9a-f]{32}\/(?:\S*(?=\.(?:whl|jar)$)|(?=main\.py|(?:plan|words)\.json))/,
    "$1/{hash}/",
  ],
  [/\d{8}T\d{9}Z-[0-9a-f]{12}|repair-\d{8}T\d{9}Z/g, "{run}"],
  [/date=\d{4}-\d\d-\d\d/g, "date={date}"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "{uuid}"],
  [/part-\d{5}-\{uuid\}\S*/g, "{part}"],
  [/(?<=\.)part-\d{5}(?=\.parquet)/g, "{part}"],
  [/(_delta_log\/\.?)\d{20}/g, "$1{version}"],
  [/(?<=_key_index\/)[0-9a-f]{16}/g, "{index}"],
  [/(?<=_key_index\/\{index\}\/)[0-9a-f]{32}/g, "{segment}"],
  [/jr_[0-9a-f]+/g, "{run of a job}"],
  [/(?<=\/)\d{6}(?=[-./])/g, "{number}"],
  [/(?<=\/shards\/)\d{4}/g, "{shard}"],
  [/(<StorageSource>\/incoming\/(?:acme\/)?).*/, "$1{file}"],
  [/(?<=<StorageRejected>\/.*\/files\/\{number\}\/).*/, "{file}"],
  [/(?<=<StorageRejected>\/.*\/(?:reports|quarantine)\/\{number\}-).*(?=\.(?:report\.json|parquet))/, "{file}"],
]

interface Tables {
  readonly curated: { readonly path: string }
  readonly kpis: ReadonlyArray<{ readonly path: string }>
}

/**
 * The stories load the default dataset, but maintenance looks at the tables of all. What it calls there must be what it calls
 * on the tables of the default one, so that the record stays as it is when a dataset is added.
 */
const tablesOfOthers = (): ReadonlyArray<readonly [string, string]> => {
  const plan = JSON.parse(readFileSync(join(import.meta.dirname, "../../plan/dist/plan.json"), "utf8")) as {
    readonly defaultDataset: string
    readonly datasets: Readonly<Record<string, { readonly tables: Tables }>>
  }
  const { curated, kpis } = plan.datasets[plan.defaultDataset]!.tables
  return Object.entries(plan.datasets)
    .filter(([name]) => name !== plan.defaultDataset)
    .flatMap(([, { tables }]) => [
      [`${tables.curated.path}/`, `${curated.path}/`] as const,
      ...tables.kpis.map(({ path }) => [`${path}/`, `${kpis[0]!.path}/`] as const),
    ])
}

const others = tablesOfOthers()

const steady = (text: string) =>
  others.reduce(
    (so, [path, ofDefault]) => so.replace(path, ofDefault),
    variable.reduce((so, [pattern, name]) => so.replace(pattern, name), text),
  )

const conditionsOf = ({ conditions = {} }: Line): string => {
  const told = Object.entries(conditions).map(([name, value]) => `${name}=${steady(String(value))}`)
  return told.length === 0 ? "" : ` if ${told.toSorted().join(" & ")}`
}

const sorted = (texts: Iterable<string>) => [...new Set(texts)].toSorted()

/** The calls that were allowed, by role. */
const callsOf = async (pos: Pos): Promise<Recorded["calls"]> => {
  const client = new CloudFormationClient(options((await running(pos)).endpoint))
  const roles = new Map<string, string>()
  const arns: Array<readonly [string, string]> = []
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: "pos-local" },
  )) {
    for (const { LogicalResourceId = "", PhysicalResourceId = "", ResourceType = "" } of StackResourceSummaries) {
      if (ResourceType === "AWS::IAM::Role") roles.set(PhysicalResourceId, named(LogicalResourceId))
      const arn = arnOf(ResourceType, PhysicalResourceId)
      if (arn !== undefined) arns.push([arn, `<${named(LogicalResourceId)}>`])
    }
  }
  const found: Record<string, Array<string>> = {}
  for (const line of linesOf<Line>(pos, "iam-calls.jsonl").filter(
    ({ decision, root }) => decision === "Allow" && !root,
  )) {
    const [, assumed = ""] = /:assumed-role\/([^/]+)\//.exec(line.principal ?? "") ?? []
    const who = line.principal?.endsWith(".amazonaws.com") ? line.principal : roles.get(assumed)
    // Users of the local AWS alone, such as the one that reads the tables for `pos sql`.
    if (who === undefined) continue
    const resource = arns.reduce((so, [arn, name]) => so.replace(arn, name), line.resource)
    ;(found[who] ??= []).push(`${line.action} ${steady(resource)}${conditionsOf(line)}`)
  }
  return Object.fromEntries(sorted(Object.keys(found)).map((who) => [who, sorted(found[who] ?? [])]))
}

/** Waits until no run is at work: what one still has to do would else be missing now and then. */
const quiet = async (pos: Pos): Promise<void> => {
  const isRunning = async () =>
    (await pos.json<ReadonlyArray<{ readonly status: string }>>(0, "runs")).some(({ status }) => status === "RUNNING")
  while (await isRunning()) await setTimeout(200)
}

interface Operation {
  readonly service: string
  readonly operation: string
  readonly client: string
}

/** Not what deploys the stack into the local AWS, which is no part of the platform. */
const isPlatforms = ({ client, service }: Operation) =>
  client === "aws-sdk-js" || (client === "boto3" && !["cloudformation", "iam", "ssm", "sts"].includes(service))

/** What this record has and the other has not. */
const beyond = (one: Recorded, other: Recorded): ReadonlyArray<string> => {
  const known = new Set(textsOf(other))
  return textsOf(one).filter((text) => !known.has(text))
}

const textsOf = ({ calls, operations }: Recorded): ReadonlyArray<string> => [
  ...Object.entries(calls).flatMap(([who, texts]) => texts.map((text) => `${who}: ${text}`)),
  ...operations,
]

/**
 * Holds what this platform called against the record of the story, last of all. In a story with accidents, which strike
 * sooner or later, calls may be missing; there may never be others.
 */
export const areTheCallsOnRecord = (
  pos: Pos,
  story: string,
  { accidents = false, settings = {} }: { readonly settings?: Recorded["settings"]; readonly accidents?: boolean } = {},
) => {
  describe("the calls of the roles", { timeout: 60_000 }, () => {
    it("are those on record, which the policies are held against", async () => {
      await quiet(pos)
      const operations = linesOf<Operation>(pos, "operations.jsonl")
        .filter(isPlatforms)
        .map(({ client, operation, service }) => `${client} ${service} ${operation}`)
      const now: Recorded = { settings, calls: await callsOf(pos), operations: sorted(operations) }
      const file = join(folder, `${story}.json`)
      if (process.env["POS_RECORD_CALLS"] === "1") writeFileSync(file, `${JSON.stringify(now, undefined, 2)}\n`)
      const recorded = JSON.parse(readFileSync(file, "utf8")) as Recorded
      const hint = "see that it is meant, and record the story with POS_RECORD_CALLS=1"
      assert.deepStrictEqual(beyond(now, recorded), [], `The chain makes calls that it did not make: ${hint}`)
      if (!accidents) {
        assert.deepStrictEqual(beyond(recorded, now), [], `The chain makes calls no longer that it made: ${hint}`)
      }
    })
  })
}
