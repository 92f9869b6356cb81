/** What the page shows is what the tables hold, digit by digit: the dashboard's own server over a lake. */
import type { Browser, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { launch } from "./browser.ts"
import { open, type Opened, settled } from "./opened.ts"
import { DAYS, real } from "./real.ts"

const [, , LAST] = DAYS
const served = real()
let url: string
let browser: Browser

beforeAll(async () => {
  url = await served.url()
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await served.close()
})

const opened = (hash: string): Promise<Opened> => open(browser, `${url}${hash}`, { locale: "en-US" })

/** The cells of a table's column: by its place, as they are shown. */
const column = (page: Page, table: string, place: number): Promise<ReadonlyArray<string>> =>
  page.locator(`${table} tbody tr > :nth-child(${place})`).allInnerTexts()

/** A figure as SQL gives it, written as the page should: thousands apart, and no digit lost. */
const grouped = (value: unknown, places: number): string => {
  const [whole = "", fraction = ""] = String(value).split(".")
  const digits = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",")
  return places === 0 ? digits : `${digits}.${fraction.padEnd(places, "0").slice(0, places)}`
}

describe("the figures of the page are those of the tables", () => {
  it("totals of the day, of each measure that has one", async () => {
    const { page, complaints, close } = await opened(`#/kpi/store_sales_per_day?date=${LAST}`)
    const shown = new Map(
      (await page.locator("table.totals tbody tr").all()).length > 0
        ? (await column(page, "table.totals", 1)).map((name, at) => [name, at] as const)
        : [],
    )
    const figures = await column(page, "table.totals", 2)
    const [expected] = await served.sql(
      "store_sales_per_day",
      `SELECT sum(total_sales) AS total_sales, sum(units_sold) AS units_sold, sum(transactions) AS transactions,
        sum(returns) AS returns, sum(total_discount) AS total_discount FROM store_sales_per_day WHERE date = '${LAST}'`,
    )
    const at = (title: string) => figures[shown.get(title) ?? -1]
    assert.strictEqual(at("Total sales"), grouped(expected?.["total_sales"], 4))
    assert.strictEqual(at("Total discount"), grouped(expected?.["total_discount"], 2))
    assert.strictEqual(at("Units sold"), grouped(expected?.["units_sold"], 0))
    assert.strictEqual(at("Transactions"), grouped(expected?.["transactions"], 0))
    assert.strictEqual(at("Returns"), grouped(expected?.["returns"], 0))
    assert.deepStrictEqual(complaints, [])
    await close()
  })

  it("every row, in the order of SQL", async () => {
    const { page, close } = await opened(`#/kpi/store_sales_per_day?date=${LAST}`)
    const expected = await served.sql(
      "store_sales_per_day",
      `SELECT store_id, total_sales FROM store_sales_per_day WHERE date = '${LAST}' ORDER BY total_sales DESC, store_id`,
    )
    await page.waitForFunction(() => document.querySelectorAll("tr.row a").length > 0)
    const rows = page.locator("tr.row")
    const shown = await Promise.all(
      (await rows.all()).map(async (row) => [
        await row.locator(":nth-child(1)").first().innerText(),
        await row.locator("a.figure").first().innerText(),
      ]),
    )
    assert.deepStrictEqual(
      shown,
      expected.map((row) => [String(row["store_id"]), grouped(row["total_sales"], 4)]),
    )
    await close()
  })

  it("the rows that rose most since the day before, as SQL has them", async () => {
    const { page, close } = await opened(`#/?date=${LAST}`)
    const section = page.getByRole("region", { name: "Store sales per day", exact: true })
    await section.getByRole("button", { name: "Rose" }).click()
    await section.locator('.ranking[aria-busy="false"] table').waitFor()
    const expected = await served.sql(
      "store_sales_per_day",
      `SELECT store_id FROM store_sales_per_day WHERE date IN ('${LAST}', '2026-01-30') GROUP BY store_id
        ORDER BY sum(CASE WHEN date = '${LAST}' THEN total_sales ELSE -total_sales END) DESC, store_id`,
    )
    assert.deepStrictEqual(
      await section.locator("table.ranked tbody th").allInnerTexts(),
      expected.map((row) => String(row["store_id"])),
    )
    await close()
  })

  it("one figure, and those of the day before and of the week before", async () => {
    const where = encodeURIComponent('{"store_id":5}')
    const { page, close } = await opened(`#/number/store_sales_per_day?date=${LAST}&measure=units_sold&where=${where}`)
    const expected = await served.sql(
      "store_sales_per_day",
      "SELECT units_sold FROM store_sales_per_day WHERE store_id = 5 ORDER BY date DESC",
    )
    const [now, before, week] = expected.map((row) => String(row["units_sold"]))
    await page.waitForFunction(() => document.querySelector(".hero")?.textContent !== "…")
    assert.strictEqual(await page.locator(".hero").innerText(), now)
    assert.deepStrictEqual(await page.locator(".counts dd:not(.small)").allInnerTexts(), [before, week, "–"])
    await close()
  })

  it("each point of the chart, as its table tells them", async () => {
    const { page, close } = await opened(`#/kpi/total_sales_per_product_per_day?date=${LAST}`)
    await page.getByText("The chart as a table").click()
    const figures = (await column(page, ".as-table table", 2)).filter((text) => text !== "–")
    const expected = await served.sql(
      "total_sales_per_product_per_day",
      "SELECT sum(total_sales) AS total FROM total_sales_per_product_per_day GROUP BY date ORDER BY date DESC",
    )
    assert.deepStrictEqual(
      figures,
      expected.map((row) => grouped(row["total"], 2)),
    )
    await close()
  })

  it("a search finds what SQL finds", async () => {
    const { page, close } = await opened(`#/kpi/total_sales_per_product_per_day?date=${LAST}`)
    await page.getByLabel("Search rows").fill("65341")
    const [expected] = await served.sql(
      "total_sales_per_product_per_day",
      `SELECT count(*) AS found FROM total_sales_per_product_per_day WHERE date = '${LAST}' AND CAST(product_id AS VARCHAR) LIKE '%65341%'`,
    )
    await page.getByText(`${String(expected?.["found"])} rows`, { exact: true }).waitFor()
    await close()
  })
})

describe("the server's own answers", () => {
  it("a KPI that there isn't, and a date that is none, are told in words", async () => {
    const { page, close } = await opened("#/kpi/nothing")
    assert.include(await page.locator("main").innerText(), "There is no KPI “nothing”.")
    await close()
    const health = await opened("#/health")
    await settled(health.page)
    const shown = await health.page.locator("main").innerText()
    assert.match(shown, /Dead letters\s+2\s/)
    await health.close()
  })
})
