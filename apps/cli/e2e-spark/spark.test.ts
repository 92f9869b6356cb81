/** The Spark engine as `pos start --engine spark` deploys it: with the jar and the wheels that its job gets on AWS. */
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import type { RepairReport } from "@pos/pipeline"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { dataFiles, keysUnder, running, textOf } from "../e2e/aws.ts"
import { csv, row, write } from "../e2e/files.ts"
import { aDayInManyFiles } from "../e2e/maintained.ts"
import { makePos, randomPort } from "../e2e/pos.ts"
import { areTheCallsOnRecord } from "../e2e/recorded-calls.ts"
import { day } from "../e2e/sales.ts"
import type { RunReport } from "@pos/runs/report"

const pos = makePos()

beforeAll(async () => {
  await pos.json(0, "start", "--engine", "spark", "--no-build", "--iam", "--port", String(await randomPort()))
}, 120_000)

afterAll(() => pos.dispose(), 60_000)

aDayInManyFiles(pos)

it("takes the rows of a large file over as they were validated", { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "pos-e2e-large-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const lines = day(1, 100_000)
  const run = await pos.json<RunReport>(0, "ingest", write(folder, "large.csv", csv(lines.map(row))))
  assert.deepStrictEqual([run.status, run.rows?.appended], ["SUCCEEDED", lines.length])
  const local = await running(pos)
  const parts = await keysUnder(local, "ResultsBucketName", `runs/${run.runId}/validation/validated/`)
  const [part = "no part"] = parts.filter((key) => key.includes(".part-"))
  const [file] = (await dataFiles(local, "curated/sales")).filter((path) => path.includes("date=2024-02-29/"))
  assert.strictEqual(
    await textOf(local, "LakeBucketName", `curated/sales/${file}`),
    await textOf(local, "ResultsBucketName", part),
  )
})

it("can be repaired, by the engine that a run of Spark does without", async () => {
  const report = await pos.json<RepairReport>(0, "repair", "--apply")
  assert.deepInclude(report, { mode: "apply", rows: { found: 0, moved: 0 } })
  assert.isNotEmpty(report.kpisAfter)
  assert.isTrue(report.kpisAfter.every(({ behind, staleDates }) => !behind && staleDates === 0))
}, 120_000)

areTheCallsOnRecord(pos, "spark", { settings: { engine: "spark" } })
