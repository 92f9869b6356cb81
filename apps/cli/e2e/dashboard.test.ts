/** What the page is told, beside what the tables and the runs say: every figure is the same. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type {
  Health,
  KpiDay,
  KpiRows,
  Origin,
  Overview,
  RunDetail,
  Runs,
  Series,
  Suppliers,
} from "@pos/dashboard-server/api"
import { Schema } from "effect"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { RunReport } from "@pos/runs/report"
import { News } from "../src/watch/news.ts"
import { running } from "./aws.ts"
import { inOneBatch } from "./batches.ts"
import { csv, row, write } from "./files.ts"
import { type Going, makePos, randomPort } from "./pos.ts"
import { dateOf, day, decimal } from "./sales.ts"

const pos = makePos()
const files = mkdtempSync(join(tmpdir(), "pos-e2e-page-"))
const days = [day(0, 120), day(1, 150)] as const
const DATE = dateOf(days[1][0]!)
const STORES = `store_id,name,region,time_zone,opened,closed
1,"Köln <script>alert(1)</script>",West,Europe/Berlin,2019-05-02,
2,Bonn,West,Europe/Berlin,2019-05-02,
3,Jena,East,Europe/Berlin,2019-05-02,
`
let served: Going
let address: string

const get = async <A>(path: string): Promise<A> => {
  const response = await fetch(new URL(path, address))
  const body = (await response.json()) as A
  assert.strictEqual(response.status, 200, JSON.stringify(body))
  return body
}

type Cells = Record<string, string | number | null>
const sql = (statement: string) => pos.json<ReadonlyArray<Cells>>(0, "sql", statement)

let rejectedRun: string
let watching: Going

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  await pos.json(0, "ingest", "--dataset", "stores", write(files, "stores.csv", STORES))
  write(files, "first/good/day-0.csv", csv(days[0].map(row)))
  await pos.json(0, "ingest", join(files, "first"))
  const wrong = day(5, 10).map((line, at) => (at === 3 ? { ...row(line), revenue: "12.50x" } : row(line)))
  const begun = pos.going("watch", "--json")
  write(files, "second/good/day-1.csv", csv(days[1].map(row)))
  write(files, "second/bad/day-5.csv", csv(wrong))
  const run = await inOneBatch(await running(pos), 2, () => pos.json<RunReport>(0, "ingest", join(files, "second")))
  rejectedRun = run.runId
  watching = await begun
  served = await pos.going("dashboard", "--json", "--currency", "EUR", "--dpu-price", "0.44")
  address = (JSON.parse(served.first) as { readonly address: string }).address
}, 300_000)

afterAll(async () => {
  await watching?.stop()
  await served?.stop()
  await pos.dispose()
  rmSync(files, { recursive: true, force: true })
}, 60_000)

describe("pos dashboard", { timeout: 300_000 }, () => {
  it("serves the page to this machine alone", async () => {
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/$/)
    const page = await fetch(address)
    assert.match(await page.text(), /<html lang="en"/)
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/)
  })

  it("knows every KPI of the contract, and which dates have figures", async () => {
    const { currency, pages, periods, target } = await get<typeof Overview.Encoded>("api/overview")
    const kpis = await pos.json<ReadonlyArray<{ readonly name: string; readonly description: string }>>(0, "kpi")
    assert.deepStrictEqual(
      pages.kpis.map(({ name, description }) => [name, description]),
      kpis.map(({ name, description }) => [name, description]),
    )
    assert.deepStrictEqual(periods["store_sales_per_day"], { first: dateOf(days[0][0]!), last: DATE })
    assert.isNull(periods["declared_sales_per_day"])
    assert.deepStrictEqual([currency, target.local], ["EUR", true])
  })

  it("adds up to what SQL adds up to", async () => {
    for (const kpi of ["store_sales_per_day", "total_sales_per_product_per_day"]) {
      const found = await get<typeof KpiDay.Encoded>(`api/kpis/${kpi}/day?date=${DATE}`)
      const [now, before] = await sql(
        `SELECT sum(total_sales) AS total_sales, sum(units_sold) AS units_sold, sum(transactions) AS transactions,
           sum(total_discount) AS total_discount FROM ${kpi} GROUP BY date ORDER BY date DESC`,
      )
      assert.deepInclude(found.totals?.values, now)
      assert.deepInclude(found.compared[0]?.totals?.values, before)
      assert.isNull(found.compared[1]?.totals)
    }
  })

  it("shows the rows of a date as pos kpi prints them, with names and groups of the list of stores", async () => {
    const { rows, total } = await get<typeof KpiRows.Encoded>(`api/kpis/store_sales_per_day/rows?date=${DATE}`)
    const printed = await pos.json<ReadonlyArray<Cells>>(0, "kpi", "store_sales_per_day", "--date", DATE)
    assert.strictEqual(total, printed.length)
    assert.deepStrictEqual(
      rows.map(({ key, values }) => ({ date: DATE, ...key, ...values })),
      printed,
    )
    assert.deepStrictEqual(Object.fromEntries(rows.map(({ key, label }) => [String(key["store_id"]), label])), {
      1: "Köln <script>alert(1)</script>",
      2: "Bonn",
      3: "Jena",
      4: undefined,
      5: undefined,
    })
    const regions = await get<typeof KpiRows.Encoded>(`api/kpis/store_sales_per_day/rows?date=${DATE}&group=region`)
    const expected = await sql(
      `SELECT region, sum(total_sales) AS total_sales FROM store_sales_per_day LEFT JOIN stores USING (store_id)
        WHERE date = '${DATE}' GROUP BY region ORDER BY total_sales DESC`,
    )
    assert.deepStrictEqual<unknown>(
      regions.rows.map(({ key, values }) => ({ region: key["region"], total_sales: values["total_sales"] })),
      expected,
    )
  })

  it("draws what stands in the table, day by day", async () => {
    const from = dateOf(days[0][0]!)
    const where = encodeURIComponent('{"store_id":3}')
    const { periods, values } = await get<typeof Series.Encoded>(
      `api/kpis/store_sales_per_day/series?from=${from}&to=${DATE}&where=${where}`,
    )
    const expected = await sql("SELECT date, total_sales FROM store_sales_per_day WHERE store_id = 3 ORDER BY date")
    assert.deepStrictEqual<unknown>(
      periods.map((date, at) => ({ date, total_sales: values["total_sales"]?.[at] })),
      expected,
    )
  })

  it("leads from a figure to its rows, and from each row to its file", async () => {
    const where = encodeURIComponent('{"store_id":2}')
    const found = await get<typeof Origin.Encoded>(
      `api/kpis/store_sales_per_day/origin?date=${DATE}&where=${where}&limit=500`,
    )
    const own = days[1].filter(({ store_id }) => store_id === 2)
    assert.strictEqual(found.total, own.length)
    const id = found.columns.indexOf("transaction_id")
    assert.sameMembers(
      found.rows.map(({ values }) => values[id]),
      own.map(({ transaction_id }) => transaction_id),
    )
    const revenue = found.columns.indexOf("revenue")
    assert.deepInclude(
      found.rows.map(({ values }) => values[revenue]),
      decimal(own[0]!.revenue),
    )
    assert.deepStrictEqual(
      found.files.map(({ file, rows, runId }) => [file, rows, runId]),
      [["incoming/good/day-1.csv", own.length, rejectedRun]],
    )
    assert.isTrue(found.rows.every(({ file }) => file === 0))
  })

  it("tells of runs, rejected files and suppliers what the verdicts say", async () => {
    const listed = await get<typeof Runs.Encoded>("api/runs")
    assert.deepStrictEqual(listed, await pos.json(0, "runs"))
    const { help, report } = await get<typeof RunDetail.Encoded>(`api/runs/${rejectedRun}`)
    assert.deepStrictEqual(report, await pos.json(0, "runs", rejectedRun))
    const bad = report.files.find(({ verdict }) => verdict === "rejected")
    assert.deepStrictEqual(
      bad?.reasons.map(({ code, samples }) => [code, samples[0]?.line, samples[0]?.value]),
      [["not_a_number", 5, "12.50x"]],
    )
    assert.isNotEmpty(help["not_a_number"]?.remedy)
    const { suppliers } = await get<typeof Suppliers.Encoded>("api/suppliers")
    assert.deepStrictEqual(
      suppliers.map(({ files: sent, folder, rejected }) => [folder, sent, rejected]),
      [
        ["bad/", 1, 1],
        ["good/", 2, 0],
        ["stores/", 1, 0],
      ],
    )
    const { trust } = await get<typeof KpiDay.Encoded>(`api/kpis/store_sales_per_day/day?date=${DATE}`)
    assert.strictEqual(trust.level, "provisional")
    assert.match(trust.sentences.join(), /^1 file with 10 rows was rejected/)
  })

  it("tells how the platform does", async () => {
    const { cost, deadLetters, durations, freshness, tables } = await get<typeof Health.Encoded>("api/health")
    assert.strictEqual(freshness.find(({ dataset }) => dataset === "sales")?.newest, DATE)
    assert.lengthOf(durations, 3)
    assert.strictEqual(deadLetters, 0)
    assert.isAbove(cost.dpuHours ?? 0, 0)
    assert.strictEqual(cost.price?.currency, "USD")
    const [sales] = await sql("SELECT count(*) AS rows FROM sales")
    assert.strictEqual(tables.find(({ name }) => name === "sales")?.rows, sales?.["rows"])
  })

  it("is not the only one that looks: pos watch has told of the run as it went on", async () => {
    const { code, out } = await watching.stop()
    assert.strictEqual(code, 130)
    const decode = Schema.decodeUnknownSync(Schema.fromJsonString(News))
    const news = out
      .trim()
      .split("\n")
      .map((line) => decode(line))
    assert.isTrue(news.every(({ dataset, runId }) => runId === rejectedRun && dataset === "sales"))
    const told = news.map((one) => (one.event === "judged" ? `${one.file.verdict} ${one.file.file}` : one.event))
    assert.deepStrictEqual(told.toSorted(), [
      "begun",
      "ended",
      "rejected incoming/bad/day-5.csv",
      "valid incoming/good/day-1.csv",
    ])
    assert.deepStrictEqual([told[0], told.at(-1)], ["begun", "ended"])
    assert.deepInclude(news.at(-1), { status: "SUCCEEDED", appended: days[1].length, failure: null })
  })

  it("writes the page of a day into a file that holds the same figures, and no text that ends its element", async () => {
    const out = join(files, "morning.html")
    const told = await pos.json<{ readonly date: string; readonly bytes: number }>(0, "report", "--out", out)
    const html = readFileSync(out, "utf8")
    assert.deepStrictEqual([told.date, told.bytes], [DATE, Buffer.byteLength(html)])
    const [, data = ""] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html) ?? []
    const { answers } = JSON.parse(data) as { readonly answers: Readonly<Record<string, unknown>> }
    const rows = answers["/api/kpis/store_sales_per_day/rows"]
    assert.deepStrictEqual(rows, await get(`api/kpis/store_sales_per_day/rows?date=${DATE}&limit=1000`))
    assert.notInclude(html, "<script>alert(1)")
    const again = await pos.run("report", "--out", out)
    assert.strictEqual(again.code, 2)
    assert.match(again.err, /exists already/)
    const never = await pos.run("report", "2019-01-01", "--out", join(files, "never.html"))
    assert.strictEqual(never.code, 2)
    assert.include(never.err, "There are no figures of 2019-01-01.")
    assert.include(never.err, `The newest are of ${DATE}: pos report ${DATE}`)
    assert.isFalse(existsSync(join(files, "never.html")))
    assert.isTrue(existsSync(out))
  })

  it("ends by Ctrl-C without a word of an error", async () => {
    const ended = await served.stop()
    assert.strictEqual(ended.code, 130)
    assert.strictEqual(ended.err, "")
  })
})
