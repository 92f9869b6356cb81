/**
 * How long the pages take in a browser over many rows: `nx run dashboard:bench-browser [-- --rows=50000000]`. The lake is
 * built when the folder has none. Each step is done so many times, each time with something that was not shown before.
 */
import { execFileSync, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import type { Browser, Page } from "playwright-core"
import { launch } from "../e2e/browser.ts"
import { processorOf } from "./processor.ts"
import { dateOf } from "./runs.ts"
import { click, goTo, put, type Step } from "./steps.ts"
import { watch } from "./watch.ts"

const root = join(import.meta.dirname, "../../..")
const { values: given } = parseArgs({
  options: {
    rows: { type: "string", default: "50000000" },
    days: { type: "string", default: "1095" },
    stores: { type: "string", default: "500" },
    times: { type: "string", default: "5" },
    lake: { type: "string", default: join(root, ".pos/bench/page") },
  },
})
const [days, stores, times] = [Number(given.days), Number(given.stores), Number(given.times)]
const rows = Math.ceil(Number(given.rows) / days)
const lake = resolve(root, given.lake)

const say = (text: string) => process.stdout.write(`${text}\n`)

const build = () => {
  if (existsSync(join(lake, "validated"))) return
  say(`Building ${given.rows} rows in ${lake} …`)
  const sizes = [`--rows=${given.rows}`, `--days=${days}`, `--stores=${stores}`]
  execFileSync(join(root, ".venv/glue-spark/bin/python"), ["apps/transformation-job/bench/lake.py", lake, ...sizes], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PYTHONPATH: "libs/platform/job-runtime/src:apps/transformation-job/src:tools/workspace/bench",
    },
  })
}

const served = async () => {
  const script = join(import.meta.dirname, "serve.ts")
  const child = spawn(
    process.execPath,
    ["--conditions=@pos/source", script, lake, String(days), String(stores), String(rows)],
    { stdio: ["ignore", "pipe", "inherit"] },
  )
  for await (const url of createInterface({ input: child.stdout }))
    return { url, pid: child.pid ?? 0, stop: () => child.kill("SIGINT") }
  throw new Error("The page is not served: see above.")
}

const opened = async (browser: Browser, url: string) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.addInitScript(watch)
  page.on("pageerror", (error) => say(String(error)))
  await page.goto(url)
  const drawn = await page.evaluate(() =>
    (globalThis as unknown as { watched: { settled: () => Promise<number> } }).watched.settled(),
  )
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0)
  return { page, drawn, painted, close: () => context.close() }
}

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

interface Took {
  readonly clock: number
  /** Of processors. */
  readonly server: number
  readonly browser: number
}

const shown = (name: string, took: ReadonlyArray<Took>) => {
  const [first, ...others] = took
  const told = (some: ReadonlyArray<Took>) =>
    (["clock", "server", "browser"] as const)
      .map((kind) =>
        median(some.map((one) => one[kind]))
          .toFixed(0)
          .padStart(8),
      )
      .join("")
  say(`${name.padEnd(64)}${first === undefined ? "" : told([first])}${others.length === 0 ? "" : told(others)}`)
}

/** What some work takes; it says itself how long by the clock. */
const measured = async (pid: number, work: () => Promise<number>): Promise<Took> => {
  const before = processorOf(process.pid, pid)
  const clock = await work()
  const { apart, others } = processorOf(process.pid, pid)
  return { clock, server: apart - before.apart, browser: others - before.others }
}

interface Reader {
  readonly page: Page
  readonly server: number
}

const timed = async ({ page, server }: Reader, name: string, step: Step, count = times) => {
  const took: Array<Took> = []
  for (let time = 0; time < count; time++) took.push(await measured(server, () => step(page, time)))
  shown(name, took)
}

const LAST = days - 1
/** A day of long ago, another one each time. */
const past = (time: number) => dateOf(Math.round((LAST * (time + 1)) / (times + 2)))
const shop = "store_sales_per_day"
const product = "total_sales_per_product_per_day"
const where = (dimension: string, value: number) => encodeURIComponent(JSON.stringify({ [dimension]: value }))

const today = async (reader: Reader) => {
  say("Today")
  await timed(reader, "the day before", click('button[aria-label="The day before"]'))
  await timed(reader, "a day of long ago", put("input[type=date]", past))
  await timed(reader, "a day that was shown before", put("input[type=date]", past))
  await timed(reader, "the rows that rose", click("section.kpi .ranking button:has-text('Rose')"), 1)
  const measures = ["units_sold", "transactions", "total_discount", "total_sales"]
  await timed(
    reader,
    "another measure",
    put("section.kpi header select", (time) => measures[time % 4] ?? ""),
    4,
  )
  const grouped = put(`section[aria-labelledby=kpi-${shop}] .ranking select`, (time) => ["region", ""][time % 2] ?? "")
  await timed(reader, "shops by region, and back", grouped, 4)
}

const kpi = async (reader: Reader, name: string) => {
  say(`One KPI: ${name}`)
  await timed(
    reader,
    "opened",
    goTo((time) => `#/kpi/${name}?date=${dateOf(LAST - time)}`),
  )
  await timed(
    reader,
    "a search",
    put("input[type=search]", (time) => String(17 + time)),
  )
  await timed(
    reader,
    "no search",
    put("input[type=search]", () => ""),
    1,
  )
  await timed(
    reader,
    "sorted by another column",
    click((time) => `button.sort:has-text("${["Units", "Discount"][time % 2]}")`),
  )
  for (const periods of ["365", "All", "30", "All"])
    await timed(reader, `its course: ${periods}`, click(`button:has-text("${periods}")`), 1)
}

const number = async (reader: Reader, name: string, dimension: string) => {
  say(`A number: ${name}`)
  const at = (time: number) => `date=${dateOf(LAST - 7)}&where=${where(dimension, 20 + time)}`
  await timed(
    reader,
    "opened, with its rows and their files",
    goTo((time) => `#/number/${name}?${at(time)}`),
  )
  await timed(reader, "later rows", click('button:has-text("Later rows")'), 1).catch(() =>
    say("  (all rows are shown)"),
  )
}

build()
const browser = await launch()
say(
  "Milliseconds by the clock, of the server's processor and of the browser's: the first time, and the median of the others",
)
for (let time = 0; time < 2; time++) {
  const server = await served()
  try {
    for (const name of ["the first page, of a server just started", "the first page once more"]) {
      const paints: Array<number> = []
      const took = await measured(server.pid, async () => {
        const { close, drawn, painted } = await opened(browser, server.url)
        await close()
        paints.push(painted)
        return drawn
      })
      shown(`${name} (painted after ${Math.round(paints[0] ?? 0)})`, [took])
    }
  } finally {
    server.stop()
  }
}
const server = await served()
try {
  const { page } = await opened(browser, server.url)
  const reader = { page, server: server.pid }
  await today(reader)
  await kpi(reader, shop)
  await kpi(reader, product)
  await number(reader, shop, "store_id")
  await number(reader, product, "product_id")
  say("Files and Health")
  await timed(reader, "Files", click('nav a:has-text("Files")'), 1)
  await timed(reader, "a run with its files", click("tbody th a"), 1)
  await timed(reader, "Health", click('nav a:has-text("Health")'), 1)
  await timed(reader, "Files again", click('nav a:has-text("Files")'), 1)
} finally {
  await browser.close()
  server.stop()
}
