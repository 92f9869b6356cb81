/** Every page, at both widths, light and dark: nothing serious found by axe-core, nothing too wide, nobody else asked. */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Browser } from "playwright-core"
import { launch } from "./browser.ts"
import { answer } from "./fixture.ts"
import { HOSTILE, LAST } from "./fixture-figures.ts"
import { RUN } from "./fixture-files.ts"
import { narrow, open, serious, settled, wide } from "./opened.ts"
import { serve, type Served } from "./server.ts"

let browser: Browser
let served: Served

beforeAll(async () => {
  served = await serve(answer)
  browser = await launch()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

const where = encodeURIComponent('{"store_id":7}')
const pages = {
  today: "#/",
  kpi: "#/kpi/store_sales_per_day",
  number: `#/number/store_sales_per_day?date=${LAST}&measure=total_sales&where=${where}`,
  files: "#/files",
  run: `#/files/${RUN}`,
  health: "#/health",
  missing: "#/kpi/nothing",
}

const looks = [wide, narrow].flatMap((viewport) =>
  (["light", "dark"] as const).map((colorScheme) => ({ viewport, colorScheme })),
)

for (const [name, hash] of Object.entries(pages))
  for (const { viewport, colorScheme } of looks)
    it(`${name}, ${viewport.width} pixels wide, ${colorScheme}: all can read it, and it asks nobody else`, async () => {
      const { page, requests, complaints, close } = await open(browser, `${served.url}/${hash}`, {
        viewport,
        colorScheme,
      })
      assert.deepStrictEqual(
        requests.filter((url) => !url.startsWith(served.url) && !url.startsWith("data:")),
        [],
      )
      assert.deepStrictEqual(complaints, [])
      assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width)
      assert.strictEqual(await page.locator("h1").count(), 1)
      assert.deepStrictEqual(await serious(page), [])
      await close()
    })

describe("what can be opened in a page", () => {
  for (const viewport of [wide, narrow])
    it(`fits into ${viewport.width} pixels, and all can read it`, async () => {
      for (const hash of [pages.today, pages.kpi, pages.run]) {
        const { page, close } = await open(browser, `${served.url}/${hash}`, { viewport })
        assert.isAbove(await page.locator("details").count(), 0)
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)))
        assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width, hash)
        assert.deepStrictEqual(await serious(page), [], hash)
        await close()
      }
    })

  it("why a figure is provisional is told by keyboard, too", async () => {
    const { page, close } = await open(browser, served.url)
    await page.locator(".trust summary").first().focus()
    await page.keyboard.press("Enter")
    assert.include(await page.locator(".trust ul").first().innerText(), "2 files of this day were rejected")
    await close()
  })

  it("what to tell a supplier is copied as text", async () => {
    const { page, close } = await open(browser, `${served.url}/${pages.run}`, {
      permissions: ["clipboard-write", "clipboard-read"],
    })
    await page.getByRole("button", { name: "Copy as text" }).click()
    await page.getByRole("button", { name: "Copied" }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    assert.match(copied, /^Your file incoming\/acme\/<img .*was rejected\./)
    assert.include(copied, 'line 4, column quantity: "1.5"')
    await close()
  })
})

describe("what a file holds", () => {
  it("stays text on every page, and no part of it runs", async () => {
    for (const hash of [pages.today, pages.kpi, pages.number, pages.files, pages.run]) {
      const { page, complaints, close } = await open(browser, `${served.url}/${hash}`)
      assert.include(await page.locator("main").innerText(), "<img src=x onerror=", hash)
      assert.strictEqual(await page.locator("main img, main script").count(), 0, hash)
      assert.isUndefined(await page.evaluate(() => (globalThis as { hit?: number }).hit), hash)
      assert.deepStrictEqual(complaints, [], hash)
      await close()
    }
  })

  it("cannot be made markup even by a fault: the browser refuses it", async () => {
    const { page, close } = await open(browser, served.url)
    const refused = await page.evaluate((text) => {
      try {
        document.body.innerHTML = text
        return "made"
      } catch {
        return "refused"
      }
    }, HOSTILE)
    assert.strictEqual(refused, "refused")
    await close()
  })
})

describe("by keyboard alone", () => {
  it("the content is one step away, and a figure leads to its rows, their files and their verdicts", async () => {
    const { page, close } = await open(browser, served.url)
    await page.keyboard.press("Tab")
    assert.strictEqual(await page.evaluate(() => document.activeElement?.textContent), "Skip to content")
    await page.keyboard.press("Enter")
    assert.strictEqual(await page.evaluate(() => document.activeElement?.id), "main")
    await page.locator("a.figure").first().focus()
    await page.keyboard.press("Enter")
    await page.waitForFunction(() => location.hash.startsWith("#/number/"))
    await settled(page)
    await page.locator("main a", { hasText: RUN }).first().focus()
    await page.keyboard.press("Enter")
    await page.waitForFunction(() => location.hash.startsWith("#/files/"))
    await page.locator(".verdict.rejected").first().waitFor()
    assert.include(await page.locator(".file").first().innerText(), "till-1.csv")
    await close()
  })

  it("a chart is read period by period, and chooses a day", async () => {
    const { page, close } = await open(browser, served.url)
    const chart = page.getByRole("slider").first()
    await chart.focus()
    await page.keyboard.press("ArrowLeft")
    assert.include(await chart.getAttribute("aria-valuetext"), "Fri, 30 Jan 2026")
    await page.keyboard.press("Enter")
    await page.waitForFunction(() => location.hash.includes("date=2026-01-30"))
    await page.getByRole("heading", { level: 1, name: "Fri, 30 Jan 2026" }).waitFor()
    await close()
  })

  it("each thing that takes the focus shows it", async () => {
    const { page, close } = await open(browser, served.url)
    for (let step = 0; step < 25; step += 1) {
      await page.keyboard.press("Tab")
      const outline = await page.evaluate(() => {
        const element = document.activeElement
        return element === null || element.id === "main" ? "solid" : getComputedStyle(element).outlineStyle
      })
      assert.notStrictEqual(outline, "none", `step ${step}`)
    }
    await close()
  })
})

describe("the rows of a KPI", () => {
  it("are searched and sorted, and thousands of them need few elements", async () => {
    const { page, close } = await open(browser, `${served.url}/#/kpi/total_sales_per_product_per_day`)
    const rows = page.locator("tr.row")
    assert.isBelow(await rows.count(), 80)
    await page.evaluate(() => document.querySelector(".tall")?.scrollTo(0, 1e9))
    await page.waitForSelector('tr[aria-rowindex="3001"] a')
    await page.getByRole("button", { name: "Units sold" }).click()
    await page.waitForSelector('th[aria-sort="descending"]:has-text("Units sold")')
    await page.getByLabel("Search rows").fill("6534117")
    await page.waitForFunction(() => document.querySelectorAll("tr.row").length === 1)
    assert.include(await rows.first().innerText(), "6534117")
    assert.include(await page.evaluate(() => location.hash), "search=6534117")
    await close()
  })

  it("a KPI that comes into the contract has its page", async () => {
    const kpi = {
      name: "new_figure",
      dataset: "anything",
      title: "New figure",
      description: "A KPI that nobody wrote a page for.",
      grain: "day",
      period: "date",
      dimensions: [{ name: "x", title: "X", description: "X.", format: { kind: "integer" } }],
      measures: [{ name: "y", title: "Why", description: "Y.", format: { kind: "integer" }, total: "sum" }],
    } as const
    const other = await serve((path, query) => answer(path, query, [kpi]))
    const { page, close } = await open(browser, other.url)
    assert.include(await page.getByRole("region", { name: "New figure", exact: true }).innerText(), "Why")
    await page.getByRole("link", { name: "New figure" }).click()
    await page.getByRole("heading", { level: 1, name: "New figure" }).waitFor()
    await close()
    await other.close()
  })
})

describe("where there is nothing to show", () => {
  it("an empty lake says how to fill it", async () => {
    const empty = await serve((path, query) => {
      const found = answer(path, query)
      return path === "/api/overview" && typeof found === "object" ? { ...found, periods: {} } : found
    })
    const { page, close } = await open(browser, empty.url)
    assert.include(await page.locator("main").innerText(), "There are no figures yet.")
    assert.include(await page.locator("main").innerText(), "pos demo")
    await close()
    await empty.close()
  })

  it("a problem says what is wrong and what to do, to those who listen as well, and another try mends it", async () => {
    let broken = true
    const problem = { problem: "The lake can't be read.", remedy: "Give yourself the right to read it." }
    const failing = await serve(
      (path, query) => (broken && path.endsWith("/day") ? undefined : answer(path, query)),
      problem,
    )
    const { page, close } = await open(browser, failing.url)
    const alert = page.getByRole("alert").first()
    assert.include(await alert.innerText(), problem.problem)
    assert.include(await alert.innerText(), problem.remedy)
    broken = false
    await alert.getByRole("button", { name: "Try again" }).click()
    await page.waitForFunction(() => document.querySelector("table.totals") !== null)
    await close()
    await failing.close()
  })

  it("an answer that makes no sense is told as a fault of the page, and the other pages go on", async () => {
    const odd = await serve((path, query) => (path === "/api/health" ? { freshness: 1 } : answer(path, query)))
    const { page, close } = await open(browser, `${odd.url}/#/files`)
    await page.getByRole("link", { name: "Health" }).click()
    await page.getByRole("alert").waitFor()
    assert.include(await page.getByRole("alert").innerText(), "This page has a fault")
    await page.getByRole("link", { name: "Today" }).click()
    await page.locator("table.totals").first().waitFor()
    await close()
    await odd.close()
  })

  it("a browser whose language is none shows figures all the same", async () => {
    const context = await browser.newContext()
    await context.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "language", { get: () => "en-US@posix" })
      Object.defineProperty(Navigator.prototype, "languages", { get: () => ["en-US@posix"] })
    })
    const page = await context.newPage()
    await page.goto(served.url)
    await page.locator("table.totals").first().waitFor()
    await context.close()
  })

  it("a server that is gone is told, and so is how to start it", async () => {
    const gone = await serve(answer)
    const { page, close } = await open(browser, gone.url)
    await gone.close()
    await page.evaluate(() => {
      location.hash = "#/files"
    })
    await page.waitForSelector('[role="alert"]')
    assert.include(await page.getByRole("alert").first().innerText(), "pos dashboard")
    await close()
  })
})
