/**
 * A day that comes in many small deliveries, on a stack as it is deployed and with its IAM policies enforced: loaded,
 * maintained, loaded again. The same story for each engine and each kind of job that it runs in.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { RunReport } from "@pos/runs/report"
import { dataFiles, running, runJob } from "./aws.ts"
import { subscribe } from "./notifications.ts"
import { csv, row, write } from "./files.ts"
import type { Pos } from "./pos.ts"
import { day, productKpi, storeKpi } from "./sales.ts"
import { tables } from "./tables.ts"

const decodeRun = Schema.decodeUnknownSync(RunReport)

const DELIVERIES = 4
const lines = day(0, 200)
const late = day(0, 230).slice(200)

export const aDayInManyFiles = (pos: Pos) => {
  const files = mkdtempSync(join(tmpdir(), "pos-e2e-many-"))

  afterAll(() => rmSync(files, { recursive: true, force: true }))

  const ingest = async (name: string, some: typeof lines) =>
    decodeRun(await pos.json(0, "ingest", write(files, name, csv(some.map(row)))))

  describe("a day in many files", { timeout: 900_000 }, () => {
    it("is loaded delivery by delivery, each into a file of its own", async () => {
      for (let at = 0; at < DELIVERIES; at++) {
        const some = lines.filter((_, index) => index % DELIVERIES === at)
        const run = await ingest(`part-${at}.csv`, some)
        assert.deepStrictEqual([run.status, run.rows?.appended], ["SUCCEEDED", some.length])
      }
      assert.isAtLeast((await dataFiles(await running(pos), "curated/sales")).length, DELIVERIES)
    })

    it("is one file after maintenance, and the tables are what they were", async () => {
      const before = await tables(pos)
      const local = await running(pos)
      const run = await runJob(local, local.outputs["MaintenanceJobName"]!)
      assert.strictEqual(run.JobRunState, "SUCCEEDED", run.ErrorMessage)
      assert.lengthOf(await dataFiles(local, "curated/sales"), 1)
      assert.deepStrictEqual(await tables(pos), before)
    })

    it("takes up what comes late, once", async () => {
      const all = [...lines, ...late]
      const run = await ingest("late.csv", all)
      assert.deepStrictEqual(
        [run.status, run.rows?.appended, run.rows?.duplicates],
        ["SUCCEEDED", late.length, lines.length],
      )
      const [sales, products, stores] = await tables(pos)
      assert.lengthOf(sales, all.length)
      assert.deepStrictEqual(products, productKpi(all))
      assert.deepStrictEqual(stores, storeKpi(all))
    })

    it("tells people when its maintenance fails, and why", async () => {
      const local = await running(pos)
      const people = await subscribe(local)
      const run = await runJob(local, local.outputs["MaintenanceJobName"]!, { "--retention_days": "1" })
      assert.strictEqual(run.JobRunState, "FAILED")
      const message = await people.told(/maintenance/)
      people.close()
      assert.match(message, /ended FAILED: .*--retention_days must be a whole number of days, at least 7/)
      assert.include(message, `--log-stream-names ${run.Id}`)
      assert.include(message, "aws glue start-job-run --job-name pos-local-maintenance")
    })

    it("was done with the rights that the stack gives, none refused", () => {
      const calls = readFileSync(join(pos.home, "data/iam-calls.jsonl"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as { principal: string; action: string; resource: string; decision: string })
      const jobs = calls.filter(({ principal }) => /assumed-role\/pos-local-Jobs/.test(principal))
      const commits = jobs.filter(({ action, resource }) => action === "s3:PutObject" && /\d{20}\.json$/.test(resource))
      assert.isAtLeast(commits.length, DELIVERIES + 1)
      assert.deepStrictEqual(
        jobs.filter(({ decision }) => decision !== "Allow"),
        [],
      )
    })
  })
}
