/**
 * The whole platform as a user meets it: the synthesized stack in the local AWS, its Lambda, its state machine, both
 * jobs as processes, and `pos` in front. One story, told in order: each test goes on from where the last one ended.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileReports, type RunOverview, RunReport } from "@pos/runs/report"
import { DeploymentPreview } from "../src/plan/document.ts"
import { running } from "./aws.ts"
import { inOneBatch } from "./batches.ts"
import { csv, gzip, jsonl, parquet, row, write } from "./files.ts"
import { subscribe } from "./notifications.ts"
import { makePos, randomPort } from "./pos.ts"
import { dateOf, day, decimal, type Line, productKpi, storeKpi, totals, withAverages } from "./sales.ts"

const pos = makePos()
const files = mkdtempSync(join(tmpdir(), "pos-e2e-files-"))
// The file of the second day is in the layout that contracts had before they knew of receipts.
const withoutReceipts = day(1, 280).map((line) => ({ ...line, receipt: null }))
const days = [day(0, 300), withoutReceipts, day(2, 260), day(3, 240), day(4, 220)] as const
const lines: ReadonlyArray<Line> = days.flat()
const later = day(9, 40).map(row)

const decodeRun = Schema.decodeUnknownSync(RunReport)
const decodePreview = Schema.decodeUnknownSync(DeploymentPreview)
const decodeReports = Schema.decodeUnknownSync(FileReports)

type Cells = Record<string, string | number | null>
const sql = (statement: string) => pos.json<ReadonlyArray<Cells>>(0, "sql", statement)

/** Everything in the tables, in a fixed order. */
const tables = () =>
  Promise.all([
    sql("SELECT * FROM sales ORDER BY transaction_id"),
    sql("SELECT * FROM total_sales_per_product_per_day ORDER BY date, product_id"),
    sql("SELECT * FROM store_sales_per_day ORDER BY date, store_id"),
  ])

beforeAll(async () => {
  const reordered = ["timestamp", "revenue", "store_id", "transaction_id", "discount_applied", "quantity", "product_id"]
  write(files, "good/day-0.csv", csv(days[0].map(row)))
  write(
    files,
    "good/day-1.csv",
    csv(days[1].map(row), { delimiter: ";", newline: "\r\n", bom: true, columns: reordered }),
  )
  write(files, "good/day-2.csv.gz", gzip(csv(days[2].map(row), { delimiter: "\t" })))
  write(files, "good/day-3.jsonl", jsonl(days[3].map(row)))
  await parquet(join(files, "good/day-4.parquet"), days[4].map(row))
  const replaced = (at: number, cells: Cells) => later.map((one, index) => (index === at ? { ...one, ...cells } : one))
  write(files, "bad/milliseconds.csv", csv(replaced(4, { timestamp: 1_709_110_800_000 })))
  write(
    files,
    "bad/not-a-number.csv.gz",
    gzip(csv(replaced(7, { revenue: "12,50x", quantity: "1.5" }), { delimiter: "|" })),
  )
  write(
    files,
    "bad/no-store.csv",
    csv(later, { columns: ["transaction_id", "product_id", "quantity", "revenue", "timestamp"] }),
  )
  write(files, "bad/cut-off.jsonl", jsonl(later).slice(0, -20))
  write(files, "bad/empty.csv", "")
  await parquet(join(files, "bad/text-quantity.parquet"), later, { quantity: "VARCHAR" })
  await pos.json(0, "start", "--no-build", "--port", String(await randomPort()))
}, 120_000)

afterAll(async () => {
  await pos.dispose()
  rmSync(files, { recursive: true, force: true })
}, 60_000)

/** File → error codes with the first sample's line. */
const errors = (reports: RunReport["files"] | typeof FileReports.Type) =>
  Object.fromEntries(
    reports.map(({ file, reasons }) => [
      file.slice(files.length + 1),
      reasons
        .filter(({ severity }) => severity === "error")
        .map(({ code, column, samples }) => [code, column, samples[0]?.line ?? null])
        .toSorted(),
    ]),
  )

/** The run of the first files. */
let loaded = ""

describe("the platform", { timeout: 90_000 }, () => {
  it("says that there is no data before there is some", async () => {
    const { code, err } = await pos.run("sql", "SELECT * FROM sales")
    assert.strictEqual(code, 2)
    assert.include(err, "There is no data in sales yet")
  })

  it("loads a first file", async () => {
    const run = decodeRun(await pos.json(0, "ingest", join(files, "good/day-0.csv")))
    assert.deepStrictEqual([run.status, run.outcome, run.rows?.appended], ["SUCCEEDED", "loaded", days[0].length])
  })

  it("loads good files beside broken ones, and tells each fault by reason and line", async () => {
    const answer = await inOneBatch(await running(pos), 11, () =>
      pos.json(0, "ingest", join(files, "good"), join(files, "bad")),
    )
    const run = decodeRun(answer)
    loaded = run.runId
    assert.deepStrictEqual([run.status, run.outcome], ["SUCCEEDED", "loaded"])
    assert.deepStrictEqual(errors(run.files), {
      "good/day-0.csv": [],
      "good/day-1.csv": [],
      "good/day-2.csv.gz": [],
      "good/day-3.jsonl": [],
      "good/day-4.parquet": [],
      "bad/milliseconds.csv": [["timestamp_in_milliseconds", "timestamp", 6]],
      "bad/not-a-number.csv.gz": [
        ["not_a_number", "revenue", 9],
        ["not_an_integer", "quantity", 9],
      ],
      "bad/no-store.csv": [["missing_column", "store_id", 1]],
      "bad/cut-off.jsonl": [["broken_json", null, 40]],
      "bad/empty.csv": [["empty_file", null, null]],
      "bad/text-quantity.parquet": [["wrong_column_type", "quantity", null]],
    })
    assert.strictEqual(run.rows?.appended, lines.length - days[0].length)
    assert.strictEqual(run.rows?.duplicates, days[0].length)
  })

  it("shows the verdicts that the offline check gives, for the same files", async () => {
    const offline = decodeReports(await pos.json(1, "validate", join(files, "good"), join(files, "bad")))
    const kept = decodeRun(await pos.json(0, "runs", loaded)).files
    const comparable = (reports: typeof offline) =>
      Object.fromEntries(
        reports.map(({ file, verdict, rows, reasons }) => [file.split("/").at(-1), { verdict, rows, reasons }]),
      )
    assert.deepStrictEqual(comparable(kept), comparable(offline))
  })

  it("holds exactly the rows of the good files", async () => {
    const { revenue, discount, units, rows } = totals(lines)
    assert.deepStrictEqual(
      await sql(
        "SELECT count(*) AS n, sum(revenue) AS revenue, sum(discount_applied) AS discount, sum(quantity) AS units FROM sales",
      ),
      [{ n: rows, revenue, discount, units }],
    )
    const perDay = days.map((of) => ({ date: dateOf(of[0]!), n: of.length }))
    assert.deepStrictEqual(await sql("SELECT date, count(*) AS n FROM sales GROUP BY date ORDER BY date"), perDay)
  })

  it("has KPI tables equal to sums made by hand", async () => {
    const [, products, stores] = await tables()
    assert.deepStrictEqual(products, productKpi(lines))
    assert.deepStrictEqual(stores, storeKpi(lines))
  })

  it.each([1, 2] as const)(
    "shows a KPI of day %s, the best first, with averages of its receipts if it has any",
    async (number) => {
      const date = dateOf(days[number][0]!)
      const shown = await pos.json<ReadonlyArray<Cells>>(
        0,
        "kpi",
        "store_sales_per_day",
        "--date",
        date,
        "--limit",
        "5",
      )
      const best = storeKpi(days[number]).toSorted((a, b) => Number(b.total_sales) - Number(a.total_sales))
      assert.deepStrictEqual(shown, best.map(withAverages))
    },
  )

  it("prints CSV for other tools", async () => {
    const { out } = await pos.run("sql", "--csv", "SELECT transaction_id, revenue FROM sales ORDER BY 1 LIMIT 1")
    assert.strictEqual(out, "transaction_id,revenue\nd0-00000,1.0000\n")
  })

  it("is reached as a deployed stack too, by its name and ordinary credentials", async () => {
    const { endpoint } = await pos.json<{ readonly endpoint: string }>(0, "status")
    const elsewhere = makePos({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    })
    const counted = await elsewhere.json(0, "sql", "--stack", "pos-local", "SELECT count(*) AS n FROM sales")
    assert.deepStrictEqual(counted, [{ n: lines.length }])
    assert.deepStrictEqual(await elsewhere.json(0, "runs", "--stack", "pos-local"), await pos.json(0, "runs"))
    const preview = decodePreview(await elsewhere.json(0, "plan", "--stack", "pos-local"))
    const [sales] = preview.datasets.find(({ dataset }) => dataset === "sales")?.tables ?? []
    assert.deepInclude(sales, { table: "sales", action: "same", rows: lines.length })
    assert.isAbove(sales?.bytes ?? 0, 0)
    const { contract } = await elsewhere.json<{ readonly contract: object }>(0, "status", "--stack", "pos-local")
    assert.deepStrictEqual(contract, { same: true, others: [] })
    const { code, err } = await elsewhere.run("runs", "--stack", "pos-nowhere")
    assert.strictEqual(code, 2)
    assert.include(err, "There is no stack pos-nowhere")
    await elsewhere.dispose()
  })

  it("finds nothing new in files that it has seen, under other names, shuffled and split", async () => {
    const before = await tables()
    const shuffled = lines.toSorted((a, b) =>
      a.transaction_id.split("").toReversed().join("") < b.transaction_id.split("").toReversed().join("") ? -1 : 1,
    )
    write(files, "again/first.jsonl.gz", gzip(jsonl(shuffled.slice(0, 500).map(row))))
    write(files, "again/nested/rest.csv", csv(shuffled.slice(500).map(row)))
    const run = decodeRun(await pos.json(0, "ingest", join(files, "again"), join(files, "good")))
    assert.deepStrictEqual([run.status, run.outcome, run.rows?.appended], ["SUCCEEDED", "nothing-new", 0])
    assert.deepStrictEqual(await tables(), before)
  })

  it("keeps out a row that comes again with other values, shows both versions, and tells people", async () => {
    const before = await tables()
    const people = await subscribe(await running(pos))
    const [first] = days[0]
    const changed = { ...first!, revenue: 999_999n }
    const path = write(files, "conflict.csv", csv([row(changed)]))
    const run = decodeRun(await pos.json(1, "ingest", path))
    assert.deepStrictEqual([run.status, run.rows?.appended, run.rows?.conflicts], ["SUCCEEDED", 0, 1])
    const [conflict] = run.conflicts
    assert.deepStrictEqual(conflict?.key, { date: dateOf(first!), transaction_id: first!.transaction_id })
    assert.deepStrictEqual(conflict?.differs, ["revenue"])
    assert.deepStrictEqual([conflict?.kept["revenue"], conflict?.sent["revenue"]], [decimal(first!.revenue), "99.9999"])
    assert.deepStrictEqual(decodeRun(await pos.json(0, "runs", run.runId)).conflicts, run.conflicts)
    const { out } = await pos.run("runs", run.runId)
    assert.include(out, "Nothing was loaded: 1 row was kept out")
    assert.notInclude(out, "Nothing new")
    const message = await people.told(/kept out/)
    people.close()
    assert.include(message, `Run ${run.runId} of sales: 1 of 1 rows were kept out of the tables`)
    assert.include(message, `npx pos runs ${run.runId}`)
    assert.deepStrictEqual(await tables(), before)
  })

  it("fails a run in which no file is valid, with the reason and the next command", async () => {
    const run = decodeRun(await pos.json(1, "ingest", join(files, "bad")))
    assert.strictEqual(run.status, "FAILED")
    assert.isNotEmpty(run.failure?.reason)
    assert.isNotEmpty(run.failure?.next)
    assert.isTrue(run.files.every(({ verdict }) => verdict === "rejected"))
  })

  it("lets a run go on when nobody watches it any more", async () => {
    const path = write(files, "unwatched.csv", csv(later))
    const { code, err } = await pos.interrupted(/Waiting|Run /, "ingest", path)
    assert.strictEqual(code, 130)
    assert.include(err, "pos runs")
    const deadline = Date.now() + 30_000
    let found = 0
    while (found < later.length && Date.now() < deadline) {
      const [first] = await sql("SELECT count(*) AS n FROM sales WHERE transaction_id LIKE 'd9-%'")
      found = Number(first?.["n"])
    }
    assert.strictEqual(found, later.length)
  })

  it("is there again after stop and start: tables, runs, and what comes next", async () => {
    const before = await tables()
    const runs = await pos.json<ReadonlyArray<RunOverview>>(0, "runs")
    assert.deepInclude(await pos.json<object>(0, "stop"), { running: false, stopped: true })
    assert.deepInclude(await pos.json<object>(0, "status"), { running: false })
    await pos.json(0, "start", "--no-build")
    assert.deepStrictEqual(await tables(), before)
    assert.deepStrictEqual(await pos.json(0, "runs"), runs)
    const run = decodeRun(await pos.json(0, "ingest", join(files, "good/day-0.csv")))
    assert.deepStrictEqual([run.status, run.outcome], ["SUCCEEDED", "nothing-new"])
  })

  it("does nothing when it is started again", async () => {
    const before = await pos.json<{ readonly pid: number }>(0, "status")
    const again = await pos.json<object>(0, "start", "--no-build")
    assert.deepInclude(again, { started: false, redeployed: false, pid: before.pid })
  })

  it("has the same tables as without it after the whole platform was killed in the middle of a run", async () => {
    const more = day(20, 150)
    const path = write(files, "killed.csv", csv(more.map(row)))
    await pos.interrupted(/Run \S+/, "ingest", path)
    const { pid } = await pos.json<{ readonly pid: number }>(0, "status")
    process.kill(pid, "SIGKILL")
    await pos.json(0, "start", "--no-build")
    const run = decodeRun(await pos.json(0, "ingest", path))
    assert.strictEqual(run.status, "SUCCEEDED")
    const known = [...lines, ...day(9, 40), ...more]
    const [sales, products, stores] = await tables()
    assert.lengthOf(sales, known.length)
    assert.deepStrictEqual(products, productKpi(known))
    assert.deepStrictEqual(stores, storeKpi(known))
  })
})
