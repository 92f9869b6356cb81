/** A deployment is proved, and whatever is broken in it is named: one thing at a time, and put right again. */
import type { CheckResult } from "@pos/deployment"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { keysUnder, options, redeploy, type Running, running } from "./aws.ts"
import {
  type Mend,
  withAlarmToNobody,
  withOtherColumn,
  withoutRetention,
  withoutRight,
  withoutWheel,
  withUnconfirmed,
} from "./broken.ts"
import { csv, row, write } from "./files.ts"
import { makePos, randomPort } from "./pos.ts"
import { day } from "./sales.ts"
import { makeSmoke, type Smoke } from "./smoke.ts"
import { sql, tables } from "./tables.ts"

const pos = makePos()
const folder = mkdtempSync(join(tmpdir(), "pos-e2e-deployment-"))
const assembly = join(import.meta.dirname, "../../infra/cdk.out")
let at: Running

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  at = await running(pos)
}, 120_000)

afterAll(async () => {
  await pos.dispose()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

interface Examined {
  readonly stack: string
  readonly passed: boolean
  readonly checks: ReadonlyArray<CheckResult>
}

const examine = (code: number) => pos.json<Examined>(code, "doctor")

const named = ({ checks }: Examined, status: CheckResult["status"]) =>
  checks.filter((check) => check.status === status).map(({ name }) => name)

describe("pos doctor", { timeout: 120_000 }, () => {
  it("finds nothing wrong with what has just been deployed", async () => {
    const found = await examine(0)
    assert.isTrue(found.passed)
    assert.deepStrictEqual(named(found, "failed"), [])
    // The stage local has no settings to make a template of, and nobody's address.
    assert.deepStrictEqual(named(found, "skipped"), ["template", "subscriptions"])
  })

  it("tells people in a table, a line a check, and sums it up", async () => {
    const { code, err, out } = await pos.run("doctor")
    assert.strictEqual(code, 0)
    assert.match(
      out,
      /✔ passed\s+tables of the catalogue are the plan's\s+[\d.]+ s\s+\d+ tables with \d+ columns in pos_local/,
    )
    assert.match(out, /pos-local: 16 checks: 14 passed, 0 failed, 2 skipped\n$/)
    assert.include(err, "Checking: tables of the catalogue are the plan's")
  })

  const broken: ReadonlyArray<readonly [string, string, RegExp, () => Promise<Mend>]> = [
    [
      "a right that a role has lost",
      "rights",
      /JobsTransformationRole\S+ may not s3:DeleteObject on arn:aws:s3:::\S+\/curated\/sales\/smoke/,
      () => withoutRight(at, "pos-local-transformation", "s3:DeleteObject"),
    ],
    [
      "a table with another column",
      "catalogue",
      /sales\.quantity is int, not bigint/,
      () => withOtherColumn(at, "sales", "quantity", "int"),
    ],
    [
      "a subscription that nobody has confirmed",
      "subscriptions",
      /1 subscription to arn:aws:sns:\S+ not confirmed: email data@example\.com/,
      () => withUnconfirmed(at, "data@example.com"),
    ],
    [
      "a log group that keeps its lines for ever",
      "logs",
      /\/pos\/local\/maintenance\/output keeps its lines for ever\. .*--log-group-name \/pos\/local\/maintenance\/output/,
      () => withoutRetention(at, "/pos/local/maintenance/output"),
    ],
    [
      "an alarm whose topic is gone",
      "alarms",
      /pos-local-DeadLetters tells arn:\S+-of-old, which is gone/,
      () => withAlarmToNobody(at, "pos-local-DeadLetters"),
    ],
    [
      "a job without one of its wheels",
      "job-validation",
      /pos-local-validation would not start: its file s3:\/\/\S+\.whl is not there/,
      () => withoutWheel(at, "pos-local-validation"),
    ],
  ]
  for (const [what, check, words, breaking] of broken) {
    it(`names ${what}, and finds all else as before`, async () => {
      const mend = await breaking()
      const found = await examine(1)
      await mend()
      assert.deepStrictEqual(named(found, "failed"), [check])
      const { detail } = found.checks.find(({ name }) => name === check)!
      assert.match(detail, words)
      assert.notInclude(detail, "\n")
    })
  }

  it("names another contract, and what to do", async () => {
    const other = join(folder, "cdk.out")
    cpSync(assembly, other, { recursive: true })
    const change = (file: string, from: RegExp, to: string) => {
      const path = join(other, file)
      writeFileSync(path, readFileSync(path, "utf8").replaceAll(from, to))
    }
    change("pos-local.template.json", /sha256:[0-9a-f]{12}/g, "sha256:0123456789ab")
    // Uploaded under a name of its own, as another content is.
    const [, uploaded = ""] = /\/([0-9a-f]{64})\.json/.exec(readFileSync(join(other, "manifest.json"), "utf8"))!
    for (const file of ["manifest.json", "pos-local.assets.json"])
      change(file, new RegExp(uploaded, "g"), "0".repeat(64))
    await redeploy(pos, other)
    const found = await examine(1)
    assert.deepStrictEqual(named(found, "failed"), ["plan"])
    const { detail } = found.checks.find(({ name }) => name === "plan")!
    assert.match(
      detail,
      /^pos-local judges by the plan 0123456789ab, and this checkout's is [0-9a-f]{12} .*pos start\.$/,
    )
    await redeploy(pos, assembly)
    await examine(0)
  })

  it("says so when there is no such stack", async () => {
    const environment = {
      AWS_ENDPOINT_URL: at.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    }
    const { code, err } = await makePos(environment, pos.home).run("doctor", "--stack", "pos-nowhere")
    assert.strictEqual(code, 2)
    assert.include(err, "There is no stack pos-nowhere in this account and region.")
  })
})

const queues = async (): Promise<ReadonlyArray<string>> => {
  const sqs = new SQSClient(options(at.endpoint))
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "pos-local-smoke" }))
  return QueueUrls
}

/** What may be left of a try-out. */
const left = async () => ({
  source: (await keysUnder(at, "SourceBucketName", "incoming/")).filter((key) => key.includes("/pos-smoke/")),
  ledgers: await keysUnder(at, "ResultsBucketName", "pos-smoke/"),
  lake: await keysUnder(at, "LakeBucketName", "pos-smoke/"),
  rejected: await keysUnder(at, "RejectedBucketName", ""),
  rows: (await sql(pos, "SELECT count(*) AS n FROM sales WHERE date = '2000-02-29'"))[0]?.["n"],
  queues: await queues(),
})

const NOTHING = { source: [], ledgers: [], lake: [], rejected: [], rows: 0, queues: [] as ReadonlyArray<string> }

describe("nx run infra:smoke", { timeout: 300_000 }, () => {
  let smoke: Smoke
  const real = day(0, 50)
  const strange = real.slice(0, 1).map((line) => ({ ...row(line), transaction_id: "other-1", timestamp: 951_825_600 }))

  beforeAll(async () => {
    smoke = await makeSmoke(pos, at)
    await pos.json(0, "ingest", write(folder, "real.csv", csv(real.map(row))))
  }, 120_000)

  it("wants to know which stage, where nothing tells", async () => {
    const { code, err } = await smoke.run(["--context", "stage"])
    assert.deepStrictEqual([code, err], [2, "--context takes name=value, not stage.\n"])
  })

  it("leaves something only when it is killed", async () => {
    await smoke.run([], { when: /passed\s+a file goes through to the tables/, by: "SIGKILL" })
    const found = await left()
    assert.strictEqual(found.rows, 3)
    assert.lengthOf(found.source, 1)
  })

  it("takes that away, proves the deployment, and leaves nothing and no real figure changed", async () => {
    const before = (await tables(pos))[0].filter(({ date }) => date !== "2000-02-29")
    const checks = await smoke.checks(0, "--alarms")
    const others = checks.filter(({ status }) => status !== "passed")
    assert.deepStrictEqual(
      others.map(({ name, status }) => [name, status]),
      [
        ["subscriptions", "skipped"],
        ["athena", "skipped"],
      ],
    )
    assert.match(checks.find(({ name }) => name === "clean")!.detail, /objects of an earlier attempt deleted/)
    assert.deepStrictEqual(await left(), NOTHING)
    assert.deepStrictEqual((await tables(pos))[0], before)
  })

  it("tidies up when it is interrupted", async () => {
    const { code, out } = await smoke.run([], { when: /passed\s+a file goes through to the tables/, by: "SIGINT" })
    assert.strictEqual(code, 130, out)
    assert.match(out, /passed\s+nothing is left of this one/)
    assert.deepStrictEqual(await left(), NOTHING)
  })

  it("sends nothing where rows stand on the canary's date that are not its own, and says so", async () => {
    await pos.json(0, "ingest", write(folder, "strange.csv", csv(strange)))
    const checks = await smoke.checks(1)
    const { detail } = checks.find(({ name }) => name === "clean")!
    assert.match(detail, /Nothing was dropped: beside the canary's rows \(.*\), sales has 1 row on 2000-02-29\./)
    assert.strictEqual(checks.find(({ name }) => name === "canary")!.status, "skipped")
    assert.deepStrictEqual(await left(), { ...NOTHING, rows: 1 })
  })
})
