/** The pictures of the documents, taken from the page as it runs over the demo's data: `npx nx run dashboard:pictures`. */
import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Browser } from "playwright-core"
import { launch } from "./browser.ts"
import { narrow, open, settled } from "./opened.ts"

const root = join(import.meta.dirname, "../../..")
const pos = join(root, "apps/cli/bin/pos.mjs")
const folder = join(root, "docs/pictures")
/** The last day of the demo's sales. */
const DAY = "2017-01-14"
const KPI = "store_sales_per_day"
const MOST_BYTES = 150 * 1024
const wide = { width: 1440, height: 800 }

const say = (text: string) => process.stdout.write(`${text}\n`)

interface Served {
  readonly address: string
  readonly stop: () => void
}

const served = async (): Promise<Served> => {
  const child = spawn(process.execPath, [pos, "dashboard", "--json", "--currency", "USD"], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  for await (const line of createInterface({ input: child.stdout }))
    return { address: (JSON.parse(line) as { readonly address: string }).address, stop: () => child.kill("SIGINT") }
  throw new Error("The page is not served: see above. The pictures need the demo's data: pos demo.")
}

const runWithRejections = (): string => {
  const runs = JSON.parse(
    execFileSync(process.execPath, [pos, "runs", "--json"], { encoding: "utf8" }),
  ) as ReadonlyArray<{
    readonly runId: string
    readonly files: { readonly rejected: number } | null
  }>
  const run = runs.find(({ files }) => (files?.rejected ?? 0) > 0)
  if (run === undefined) throw new Error("No run has rejected files. The pictures need the demo's data: pos demo.")
  return run.runId
}

const take = async (
  browser: Browser,
  address: string,
  name: string,
  hash: string,
  options: Parameters<typeof open>[2],
) => {
  const { page, close } = await open(browser, `${address}${hash}`, options)
  await settled(page)
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path })
  await close()
  const { size } = statSync(path)
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, ${MOST_BYTES} are the most: show less in it.`)
  say(`docs/pictures/${name}.png`)
}

mkdirSync(folder, { recursive: true })
const run = runWithRejections()
const { address, stop } = await served()
const browser = await launch()
try {
  const today = `#/?date=${DAY}`
  await take(browser, address, "dashboard-today", today, { viewport: wide })
  await take(browser, address, "dashboard-today-dark", today, { viewport: wide, colorScheme: "dark" })
  await take(browser, address, "dashboard-phone", today, { viewport: narrow })
  await take(browser, address, "dashboard-kpi", `#/kpi/${KPI}?date=${DAY}`, { viewport: wide })
  await take(browser, address, "dashboard-number", `#/number/${KPI}?date=${DAY}`, { viewport: wide })
  await take(browser, address, "dashboard-run", `#/files/${run}`, { viewport: wide })
} finally {
  await browser.close()
  stop()
}
