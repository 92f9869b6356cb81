/** A page of the dashboard in a browser, watched: what it asks for, and what goes wrong in it. */
import axe from "axe-core"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"

export interface Opened {
  readonly page: Page
  /** Every address that was asked for. */
  readonly requests: ReadonlyArray<string>
  /** What the browser complained of, such as a broken policy, and errors of the page's own. */
  readonly complaints: ReadonlyArray<string>
  readonly close: () => Promise<void>
}

export const wide = { width: 1440, height: 900 }
export const narrow = { width: 390, height: 844 }

export const open = async (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> => {
  const context = await browser.newContext({ viewport: wide, locale: "en-GB", reducedMotion: "reduce", ...options })
  const page = await context.newPage()
  const requests: Array<string> = []
  const complaints: Array<string> = []
  page.on("request", (request) => requests.push(request.url()))
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
  await page.goto(url)
  await settled(page)
  return { page, requests, complaints, close: () => context.close() }
}

/** When everything that was asked for is shown. */
export const settled = async (page: Page): Promise<void> => {
  await page.waitForLoadState("networkidle")
  await page.waitForFunction(() => document.querySelector(".waiting") === null && document.querySelector("h1") !== null)
}

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: ReadonlyArray<{ readonly target: ReadonlyArray<unknown>; readonly failureSummary?: string }>
}

/** What axe-core finds that is serious or worse, a line each. */
export const serious = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe.source)
  const findings = await page.evaluate(async () => {
    const checker = (globalThis as unknown as { axe: { run: () => Promise<{ violations: ReadonlyArray<Finding> }> } })
      .axe
    return (await checker.run()).violations
  })
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    )
}
