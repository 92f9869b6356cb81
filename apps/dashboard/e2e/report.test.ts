/** The report as a file: opened without a server and without a network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Browser } from "playwright-core"
import { afterAll, assert, beforeAll, it } from "vitest"
import { launch } from "./browser.ts"
import { answer } from "./fixture.ts"
import { kpis, LAST } from "./fixture-figures.ts"
import { narrow, open, serious, settled, wide } from "./opened.ts"

const folder = mkdtempSync(join(tmpdir(), "report-"))
const file = join(folder, "morning.html")
let browser: Browser

const asked = (path: string, query = "") => [path, answer(path, new URLSearchParams(query))] as const

beforeAll(async () => {
  const answers = Object.fromEntries([
    asked("/api/overview"),
    ...kpis.flatMap(({ name, grain }) => {
      const date = grain === "week" ? "2026-01-26" : LAST
      const path = `/api/kpis/${name}`
      return [
        asked(`${path}/day`, `date=${date}`),
        asked(`${path}/rows`, `date=${date}&limit=1000`),
        asked(`${path}/series`, `from=2025-11-03&to=${date}`),
      ]
    }),
  ])
  const data = JSON.stringify({ date: LAST, answers }).replaceAll("<", String.raw`\u003c`)
  const empty = readFileSync(join(import.meta.dirname, "../dist/report/index.html"), "utf8")
  writeFileSync(
    file,
    empty.replace(/(id="data">)null(<\/script>)/, (_all, begin, end) => `${begin}${data}${end}`),
  )
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true })
})

it("shows a day's figures, lets them be searched, and asks nobody", async () => {
  const { page, requests, complaints, close } = await open(browser, pathToFileURL(file).href, { offline: true })
  assert.strictEqual(await page.locator("h1").innerText(), "Sat, 31 Jan 2026")
  assert.strictEqual(await page.locator("section.kpi").count(), kpis.length)
  assert.strictEqual(await page.locator("a.figure").count(), 0)
  assert.deepStrictEqual(await page.getByRole("navigation").getByRole("link").allInnerTexts(), ["Today"])
  await page.getByRole("link", { name: "Total sales per product per day" }).click()
  await settled(page)
  assert.include(await page.locator("main").innerText(), "Among the 1,000 of 3,000 rows that this report holds")
  await page.getByLabel("Search rows").fill("6534117")
  await page.waitForFunction(() => document.querySelectorAll("tr.row").length === 1)
  assert.deepStrictEqual(
    requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:")),
    [],
  )
  assert.deepStrictEqual(complaints, [])
  assert.isUndefined(await page.evaluate(() => (globalThis as { hit?: number }).hit))
  await close()
})

it("keeps what is typed as soon as there is a field for it", async () => {
  const { page, close } = await open(browser, pathToFileURL(file).href, { offline: true })
  await page.evaluate(() => {
    const type = () => {
      const field = document.querySelector<HTMLInputElement>("input[type=search]")
      if (field === null) return
      observer.disconnect()
      field.value = "6534117"
      field.dispatchEvent(new InputEvent("input", { bubbles: true }))
    }
    const observer = new MutationObserver(type)
    observer.observe(document.body, { childList: true, subtree: true })
  })
  await page.getByRole("link", { name: "Total sales per product per day" }).click()
  await page.waitForFunction(() => document.querySelectorAll("tr.row").length === 1)
  assert.strictEqual(await page.getByLabel("Search rows").inputValue(), "6534117")
  await page.goBack()
  await page.goForward()
  await page.waitForFunction(() => document.querySelectorAll("tr.row").length === 1)
  assert.strictEqual(await page.getByLabel("Search rows").inputValue(), "6534117")
  await close()
})

it("can be read by all, at both widths, light and dark", async () => {
  for (const viewport of [wide, narrow])
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, close } = await open(browser, pathToFileURL(file).href, { viewport, colorScheme, offline: true })
      assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width)
      assert.deepStrictEqual(await serious(page), [])
      await close()
    }
})
