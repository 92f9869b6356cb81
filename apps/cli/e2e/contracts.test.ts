/** Another contract than the one that was deployed: a run that is under way keeps its own, and files are judged again by both. */
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam"
import { DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import { openLake, readStored } from "@pos/lake"
import { Effect, Redacted, Schema } from "effect"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { RunReport } from "@pos/runs/report"
import { DeploymentPreview } from "../src/plan/document.ts"
import { olderPlan, planFile } from "../test/older-plan.ts"
import { keysUnder, options, redeploy, type Running, running, textOf } from "./aws.ts"
import { inOneBatch } from "./batches.ts"
import { withPlan } from "./deployed-plan.ts"
import { csv, row, write } from "./files.ts"
import { makePos, type Pos, randomPort } from "./pos.ts"
import { day } from "./sales.ts"
import { sql } from "./tables.ts"

const pos = makePos({ POS_LOCAL_AWS_FAULTS: "1" })
const folder = mkdtempSync(join(tmpdir(), "pos-e2e-contracts-"))
const temporary = join(folder, "temporary")
const decodeRun = Schema.decodeUnknownSync(RunReport)
const decodePreview = Schema.decodeUnknownSync(DeploymentPreview)
let older = ""
let local: Running

const lines = day(0, 20).map(row)
/** Valid by the older contract only: it has no rule against it. */
const negative = csv(lines.map((line, at) => ({ ...line, discount_applied: at === 3 ? "-1.0000" : "" })))
/** Valid by this checkout's contract only: the older one takes a quantity of zero for an error. */
const zero = csv(day(1, 20).map((line, at) => (at === 3 ? { ...row(line), quantity: 0 } : row(line))))

beforeAll(async () => {
  mkdirSync(temporary)
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  older = withPlan(join(folder, "older"), olderPlan())
  await redeploy(pos, older)
  local = await running(pos)
}, 180_000)

afterAll(async () => {
  await pos.dispose()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** No run of the job begins, as when Glue has no capacity; without a job, all do again. */
const hold = (job?: string) =>
  fetch(`${local.endpoint}/_pos/faults`, {
    method: "POST",
    body: JSON.stringify(
      job === undefined
        ? {}
        : {
            glueRuns: { job: local.outputs[job], times: 1000, message: "Exceeded maximum concurrent compute capacity" },
          },
    ),
  })

/** The first text that appears under the keys of the results bucket that match. */
const appears = async (key: RegExp): Promise<string> => {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await setTimeout(300)) {
    const found = (await keysUnder(local, "ResultsBucketName", "runs/")).find((one) => key.test(one))
    if (found !== undefined) return textOf(local, "ResultsBucketName", found)
  }
  throw new Error(`nothing appears that is called ${key}`)
}

const hashIn = (document: string) =>
  (JSON.parse(document) as { readonly contract: { readonly hash: string } }).contract.hash
const hashOf = (plan: string) =>
  (JSON.parse(plan) as { readonly datasets: { readonly sales: { readonly hash: string } } }).datasets.sales.hash

describe("a run that is under way when another contract is deployed", { timeout: 300_000 }, () => {
  it("ends by the plan that it began with, and the next begins with the new one", async () => {
    await hold("TransformationJobName")
    const ingested = pos.json(0, "ingest", write(folder, "negative.csv", negative))
    const validated = await appears(/validation\/summary\.json$/)
    await redeploy(pos, join(import.meta.dirname, "../../infra/cdk.out"))
    assert.isEmpty(
      (await keysUnder(local, "ResultsBucketName", "runs/")).filter((key) => key.includes("/transformation/")),
    )
    await hold()
    const run = decodeRun(await ingested)
    assert.deepStrictEqual([run.status, run.rows?.appended], ["SUCCEEDED", 20])
    const loaded = await textOf(local, "ResultsBucketName", `runs/${run.runId}/transformation/summary.json`)
    const begun = hashOf(olderPlan())
    assert.deepStrictEqual([hashIn(validated), hashIn(loaded)], [begun, begun])
    assert.deepStrictEqual(
      await sql(pos, "SELECT sum(total_discount) AS d, sum(transactions) AS n FROM store_sales_per_day"),
      [{ d: "-1.0000", n: 20 }],
    )

    const next = decodeRun(await pos.json(0, "ingest", write(folder, "zero.csv", zero)))
    const summary = await textOf(local, "ResultsBucketName", `runs/${next.runId}/transformation/summary.json`)
    assert.strictEqual(hashIn(summary), hashOf(readFileSync(planFile, "utf8")))
  })
})

describe("a table in S3", { timeout: 60_000 }, () => {
  it("tells what pos plan compares beside its columns", async () => {
    const location = {
      uri: `s3://${local.outputs["LakeBucketName"]}`,
      access: {
        region: "us-east-1",
        accessKeyId: "test",
        secretAccessKey: Redacted.make("test"),
        endpoint: local.endpoint,
      },
    }
    const extensions = join(import.meta.dirname, "../../../.venv/duckdb-extensions")
    const stored = await openLake(location, { extensions }).pipe(
      Effect.flatMap((lake) => readStored(lake, { name: "sales", path: "curated/sales" })),
      Effect.scoped,
      Effect.provide(NodeServices.layer),
      Effect.runPromise,
    )
    assert.deepStrictEqual([stored?.key, stored?.partitionBy], [["transaction_id"], ["date"]])
    assert.isFalse(stored?.columns.find(({ name }) => name === "transaction_id")?.nullable)
    assert.isTrue(stored?.columns.find(({ name }) => name === "discount_applied")?.nullable)
  })
})

/** The policy of docs/cli.md, for this stack. */
const documented = (): string => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/cli.md"), "utf8")
  const [, section = ""] = page.split("## `pos plan`")
  const [, policy = ""] = /```json\n(\{\n {2}"Version".*?)```/s.exec(section)!
  const names: Readonly<Record<string, string>> = {
    ACCOUNT: "000000000000",
    REGION: "us-east-1",
    STACK: "pos-local",
    SOURCE: local.outputs["SourceBucketName"]!,
    REJECTED: local.outputs["RejectedBucketName"]!,
    RESULTS: local.outputs["ResultsBucketName"]!,
    LAKE: local.outputs["LakeBucketName"]!,
  }
  return policy.replaceAll(new RegExp(`\\b(${Object.keys(names).join("|")})\\b`, "g"), (name) => names[name]!)
}

/** What the command has put there and not taken away; what builds it may keep a cache. */
const leftBehind = () => readdirSync(temporary).filter((name) => name.startsWith("pos-"))

/** Every version of every object of the stack. */
const everything = async (): Promise<ReadonlyArray<unknown>> => {
  const s3 = new S3Client({ ...options(local.endpoint), forcePathStyle: true })
  const buckets = ["SourceBucketName", "RejectedBucketName", "ResultsBucketName", "LakeBucketName"]
  const found = buckets.map(async (name) => {
    const { DeleteMarkers = [], Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: local.outputs[name] }),
    )
    return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => [name, Key, VersionId])
  })
  return Promise.all(found)
}

describe("pos plan --rejudge", { timeout: 300_000 }, () => {
  let reader: Pos
  const plan = ["plan", "--stack", "pos-local", "--rejudge", "2024-01-01"] as const

  beforeAll(async () => {
    await redeploy(pos, older)
    await inOneBatch(local, 3, () =>
      pos.json(
        0,
        "ingest",
        write(folder, "again/zero again.csv", zero),
        write(folder, "again/thrown away.csv", zero),
        write(folder, "again/good.csv", csv(day(2, 20).map(row))),
      ),
    )
    const [Key] = (await keysUnder(local, "RejectedBucketName", "")).filter((key) => key.endsWith("/thrown away.csv"))
    const s3 = new S3Client({ ...options(local.endpoint), forcePathStyle: true })
    await s3.send(new DeleteObjectCommand({ Bucket: local.outputs["RejectedBucketName"], Key }))
    const iam = new IAMClient(options(local.endpoint))
    const UserName = "reader-of-files"
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "documented", PolicyDocument: documented() }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    reader = makePos(
      {
        AWS_ENDPOINT_URL: local.endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: AccessKey!.AccessKeyId!,
        AWS_SECRET_ACCESS_KEY: AccessKey!.SecretAccessKey!,
        TMPDIR: temporary,
      },
      pos.home,
    )
  }, 120_000)

  it("tells the verdicts and the KPI values that would change, with the rights of a reader, and writes nothing", async () => {
    const before = await everything()
    const { rejudged } = decodePreview(await reader.json(0, ...plan))
    assert.deepStrictEqual(
      rejudged?.flips.map(({ after, before: deployed, file, reasons, recorded }) => [
        file,
        recorded,
        deployed,
        after,
        reasons.map(({ code }) => code).join(),
      ]),
      [
        ["incoming/negative.csv", "valid", "valid", "rejected", "negative_discount"],
        ["incoming/zero.csv", "valid", "rejected", "valid", "zero_quantity"],
        ["incoming/zero again.csv", "rejected", "rejected", "valid", "zero_quantity"],
      ],
    )
    assert.deepInclude(rejudged?.datasets[0], {
      dataset: "sales",
      runs: 3,
      files: 4,
      gone: 1,
      newlyRejected: 1,
      newlyAccepted: 2,
    })
    const stores = rejudged?.differences.filter(
      ({ kpi, measure }) => kpi === "store_sales_per_day" && measure === "transactions",
    )
    // Five stores lose the sales of a day, and win those of another.
    assert.deepStrictEqual(stores?.map(({ difference, group }) => [group["date"], difference]).toSorted(), [
      ...Array.from({ length: 5 }, () => ["2024-02-28", "-4"]),
      ...Array.from({ length: 5 }, () => ["2024-02-29", "4"]),
    ])
    assert.deepStrictEqual(await everything(), before)
    assert.deepStrictEqual(leftBehind(), [])
  })

  it("says it in words", async () => {
    const { out } = await reader.run(...plan, "--limit", "1")
    assert.match(out, /3 verdicts would be another one:\n.*negative\.csv.*would be rejected\n.*\[negative_discount\]/)
    assert.match(out, /… and 2 more verdicts: --limit 0 shows all/)
  })

  it("leaves nothing behind when it is interrupted", async () => {
    const { code } = await reader.interrupted(/Judging again: run/, ...plan)
    assert.strictEqual(code, 130)
    assert.deepStrictEqual(leftBehind(), [])
  })
})
