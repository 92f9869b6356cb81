/** One day of the page as a file that needs no server: the answers that it would ask for, put into it. */
import { Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { NotAnswered, WrongQuestion } from "./api/api.ts"
import { type KpiDay, Overview } from "./api/figures.ts"
import { Runs } from "./api/platform.ts"
import type { RecentRuns } from "./platform/recent-runs.ts"
import { answers } from "./server.ts"
import type { Source } from "./source.ts"

/** Rows of each KPI: more would make a file that nobody can mail. */
const MOST_ROWS = 1000
/** Days of the charts. */
const DAYS = 90
/** Runs with rejected files whose reasons are told. */
const MOST_RUNS = 20

const Told = Schema.Struct({ problem: Schema.String, remedy: Schema.String })

const before = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)

/** Asks what the page would ask a server, in this process. */
const asking = Effect.gen(function* () {
  const context = yield* Effect.context<Source | RecentRuns>()
  const { handler } = yield* Effect.acquireRelease(
    Effect.sync(() =>
      HttpRouter.toWebHandler(
        answers.pipe(Layer.provide(Layer.succeedContext(context)), Layer.provideMerge(HttpServer.layerServices)),
        { disableLogger: true },
      ),
    ),
    ({ dispose }) => Effect.promise(dispose),
  )
  return Effect.fnUntraced(function* (path: string) {
    const response = yield* Effect.promise(() => handler(new Request(`http://127.0.0.1${path}`)))
    const body: unknown = yield* Effect.promise(() => response.json().catch(() => null))
    if (response.ok) return body
    const told = yield* Schema.decodeUnknownEffect(Told)(body).pipe(
      Effect.orElseSucceed(() => ({ problem: `${path} has no answer (${response.status}).`, remedy: "" })),
    )
    return yield* response.status < 500 ? new WrongQuestion(told) : new NotAnswered(told)
  })
})

export interface Report {
  readonly date: string
  /** By path, without a query. */
  readonly answers: Readonly<Record<string, unknown>>
}

type Ask = Effect.Success<typeof asking>

/** The answers about a date; without one, the newest that has figures. */
const answersAbout = Effect.fn("report")(function* (ask: Ask, wanted: string | undefined) {
  const overview = yield* Effect.flatMap(ask("/api/overview"), (body) =>
    Effect.orDie(Schema.decodeUnknownEffect(Overview)(body)),
  )
  const newest = Object.values(overview.periods)
    .flatMap((span) => span?.last ?? [])
    .toSorted()
    .at(-1)
  const date = wanted ?? newest
  if (date === undefined)
    return yield* new WrongQuestion({
      problem: "There are no figures yet.",
      remedy: "Load some: pos ingest FILE…, or pos demo",
    })
  const runs = yield* Effect.flatMap(ask("/api/runs"), (body) => Effect.orDie(Schema.decodeUnknownEffect(Runs)(body)))
  const paths = [
    "/api/runs",
    "/api/suppliers",
    "/api/health",
    ...overview.pages.kpis.flatMap(({ name }) => [
      `/api/kpis/${name}/day?date=${date}`,
      `/api/kpis/${name}/rows?date=${date}&limit=${MOST_ROWS}`,
      `/api/kpis/${name}/series?from=${before(date, DAYS - 1)}&to=${date}`,
    ]),
    ...runs
      .filter(({ files }) => (files?.rejected ?? 0) > 0)
      .slice(0, MOST_RUNS)
      .map(({ runId }) => `/api/runs/${runId}`),
  ]
  const found = yield* Effect.forEach(
    paths,
    (path) => Effect.map(ask(path), (answer) => [path.split("?")[0] ?? path, answer] as const),
    { concurrency: 2 },
  )
  const hasFigures = found.some(([path, answer]) => path.endsWith("/day") && (answer as KpiDay).totals !== null)
  if (!hasFigures)
    return yield* new WrongQuestion({
      problem: `There are no figures of ${date}.`,
      remedy: newest === undefined ? "" : `The newest are of ${newest}: pos report ${newest}`,
    })
  return { date, answers: Object.fromEntries([["/api/overview", overview] as const, ...found]) } satisfies Report
})

/** Makes reports until the scope closes: what one has read of the tables serves the next. */
export const reporting = Effect.map(asking, (ask) => {
  // What has no query is the same for every date.
  const known = new Map<string, unknown>()
  const once: Ask = (path) => {
    if (path.includes("?")) return ask(path)
    if (known.has(path)) return Effect.succeed(known.get(path))
    return Effect.tap(ask(path), (answer) => Effect.sync(() => known.set(path, answer)))
  }
  return (date: string | undefined) => answersAbout(once, date)
})

/** One report. */
export const report = (date: string | undefined) =>
  Effect.scoped(Effect.flatMap(reporting, (reportOf) => reportOf(date)))

const PLACE = /(<script type="application\/json" id="data">)null(<\/script>)/

/** The page with the answers in it. No text of theirs ends the element that they are in. */
export const filled = (page: string, answered: Report): string | undefined => {
  if (!PLACE.test(page)) return undefined
  const data = JSON.stringify(answered).replaceAll("<", String.raw`\u003c`)
  return page.replace(PLACE, (_all, begin: string, end: string) => `${begin}${data}${end}`)
}
