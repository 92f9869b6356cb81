/** A manifest that is too much for one run of the validation job, with IAM enforced: the whole chain over its shards. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Manifest, runLayout, ValidationSummary } from "@pos/pipeline"
import { Schema } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { RunReport } from "@pos/runs/report"
import { authorization, keysUnder, type Running, running, textOf } from "./aws.ts"
import { inOneBatch } from "./batches.ts"
import { csv, row, write } from "./files.ts"
import { makePos, randomPort } from "./pos.ts"
import { areTheCallsOnRecord } from "./recorded-calls.ts"
import { day } from "./sales.ts"

const pos = makePos()
const files = mkdtempSync(join(tmpdir(), "pos-e2e-shards-"))
const days = Array.from({ length: 7 }, (_, number) => day(number, 200))
const lines = days.flat()
/** About two and a half of the files. */
const SHARD_BYTES = 30_000

/** Adds to the trigger's environment, as a deployment with another setting would. */
const configureTrigger = async ({ endpoint }: Running, variables: Record<string, string>) => {
  const url = `${endpoint}/2015-03-31/functions/pos-local-trigger/configuration`
  const headers = { "content-type": "application/json", authorization: authorization("lambda") }
  const before = (await (await fetch(url, { headers })).json()) as {
    Environment: { Variables: Record<string, string> }
  }
  assert.property(before.Environment.Variables, "SHARD_BYTES")
  const Environment = { Variables: { ...before.Environment.Variables, ...variables } }
  const answer = await fetch(url, { method: "PUT", headers, body: JSON.stringify({ Environment }) })
  assert.isTrue(answer.ok, await answer.text())
}

let at: Running

const document = async <A>(schema: Schema.Codec<A, unknown>, key: string): Promise<A> =>
  Schema.decodeUnknownSync(Schema.fromJsonString(schema))(await textOf(at, "ResultsBucketName", key))

beforeAll(async () => {
  for (const [number, sales] of days.entries()) write(files, `day-${number}.csv`, csv(sales.map(row)))
  const broken = day(8, 200).map(row)
  write(files, "day-8.csv", csv(broken.map((one, index) => (index === 9 ? { ...one, quantity: "many" } : one))))
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  at = await running(pos)
  await configureTrigger(at, { SHARD_BYTES: String(SHARD_BYTES) })
}, 120_000)

afterAll(async () => {
  await pos.dispose()
  rmSync(files, { recursive: true, force: true })
}, 60_000)

describe("a large manifest", { timeout: 120_000 }, () => {
  it("is validated in shards, and loaded as if it were one", async () => {
    const answer = await inOneBatch(at, days.length + 1, () => pos.json(0, "ingest", files))
    const report = Schema.decodeUnknownSync(RunReport)(answer)
    assert.deepStrictEqual([report.status, report.outcome], ["SUCCEEDED", "loaded"])
    assert.strictEqual(report.rows?.appended, lines.length)
    assert.deepStrictEqual(
      report.files
        .filter(({ verdict }) => verdict === "rejected")
        .map(({ file, reasons }) => [file.split("/").at(-1), reasons[0]?.samples[0]]),
      [["day-8.csv", { line: 11, column: "quantity", value: "many" }]],
    )
    const [{ sold, days: dates }] = await pos.json<[{ sold: number; days: number }]>(
      0,
      "sql",
      "SELECT sum(transactions)::INT AS sold, count(DISTINCT date)::INT AS days FROM total_sales_per_product_per_day",
    )
    assert.deepStrictEqual([sold, dates], [lines.length, days.length])

    const manifest = await document(Manifest, runLayout(report.runId).manifest)
    assert.lengthOf(manifest.files, days.length + 1)
    assert.isAtLeast(manifest.shards?.length ?? 0, 2)
    const sum = await document(ValidationSummary, runLayout(report.runId).validationSummary)
    assert.strictEqual(sum.files.total, manifest.files.length)
    const kept = await keysUnder(at, "ResultsBucketName", `runs/${report.runId}/validation/shards/`)
    const parts = kept.filter((key) => key.endsWith("/summary.json"))
    assert.lengthOf(parts, manifest.shards?.length ?? 0)
    const counted = await Promise.all(parts.map((key) => document(ValidationSummary, key)))
    assert.strictEqual(
      counted.reduce((rows, part) => rows + part.rows.total, 0),
      sum.rows.total,
    )
  })
})

areTheCallsOnRecord(pos, "shards")
