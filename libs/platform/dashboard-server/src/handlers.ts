/** The answers to what the page asks. */
import { Clock, Effect, Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { DashboardApi, WrongQuestion } from "./api/api.ts"
import { kpiDay } from "./figures/day.ts"
import { origin } from "./figures/origin.ts"
import { spanAround, spanOf } from "./figures/periods.ts"
import { kpiRows } from "./figures/rows.ts"
import { kpiSeries } from "./figures/series.ts"
import { Kept } from "./kept.ts"
import { health } from "./platform/health.ts"
import { MOST_RUNS, RecentRuns } from "./platform/recent-runs.ts"
import { lately, suppliersOf } from "./platform/suppliers.ts"
import { touches, trustOf, withFilesFor } from "./platform/trust.ts"
import { type FoundKpi, findKpi, Source } from "./source.ts"

const RUNS_LISTED = 50
const RUNS_FOR_HEALTH = 200
const RUNS_FOR_TRUST = 200
const SUPPLIER_DAYS = 30

/** Runs of the dataset that a KPI is computed from, the newest first. */
const runsOf = Effect.fnUntraced(function* ({ dataset }: FoundKpi, limit: number) {
  const recent = yield* RecentRuns
  const runs = yield* recent.newest(limit)
  return runs.filter(({ report }) => report.dataset === null || report.dataset === dataset.name)
})

const kpis = HttpApiBuilder.group(
  DashboardApi,
  "kpis",
  Effect.fn(function* (handlers) {
    const deployment = yield* Source
    const services = yield* Effect.context<Kept | RecentRuns>()
    const recent = yield* RecentRuns
    const found = (name: string) => findKpi(deployment, name)
    return handlers.handleAll({
      day: Effect.fn(function* ({ params, query }) {
        const kpi = yield* found(params.kpi)
        const [day, runs, now] = yield* Effect.all(
          [kpiDay(deployment, kpi, query.date), runsOf(kpi, RUNS_FOR_TRUST), Clock.currentTimeMillis],
          { concurrency: 2 },
        )
        const span = spanAround(kpi.page.grain, day.period)
        const looked = withFilesFor(span, runs)
        const others = runs
          .slice(looked)
          .map(({ dates, report }) => ({ report: { ...report, files: [] }, dates, validated: [] }))
        const judged = [...(yield* recent.withFiles(runs.slice(0, looked))), ...others]
        return { ...day, trust: trustOf({ ...kpi, ...span, now }, judged) }
      }, Effect.provideContext(services)),
      rows: Effect.fn(function* ({ params, query }) {
        return yield* kpiRows(deployment, yield* found(params.kpi), query)
      }, Effect.provideContext(services)),
      series: Effect.fn(function* ({ params, query }) {
        return yield* kpiSeries(deployment, yield* found(params.kpi), query)
      }, Effect.provideContext(services)),
      origin: Effect.fn(function* ({ params, query }) {
        const kpi = yield* found(params.kpi)
        const span = spanAround(kpi.page.grain, query.date)
        const touching = (yield* runsOf(kpi, MOST_RUNS)).filter((run) => touches(span, run))
        return yield* origin(deployment, kpi, query, yield* recent.withFiles(touching))
      }, Effect.provideContext(services)),
    })
  }),
)

const platform = HttpApiBuilder.group(
  DashboardApi,
  "platform",
  Effect.fn(function* (handlers) {
    const deployment = yield* Source
    const kept = yield* Kept
    const recent = yield* RecentRuns
    return handlers.handleAll({
      overview: Effect.fn(function* () {
        const { currency, local, name, pages } = deployment
        const periods = yield* Effect.forEach(
          pages.kpis,
          (page) => Effect.map(kept.periods(page), (periods) => [page.name, spanOf(periods)] as const),
          { concurrency: 4 },
        )
        return { target: { name, local }, pages, currency, periods: Object.fromEntries(periods) }
      }),
      runs: Effect.fn(function* ({ query: { limit = RUNS_LISTED } }) {
        const runs = yield* recent.newest(Math.min(limit, MOST_RUNS))
        return runs.map(({ counts, report: { dataset, rows, runId, seconds, started, status } }) => ({
          runId,
          dataset,
          status,
          started,
          seconds,
          files: counts,
          appended: rows?.appended ?? null,
        }))
      }),
      run: Effect.fn(function* ({ params }) {
        const run = yield* recent.one(params.run)
        if (run === undefined)
          return yield* new WrongQuestion({
            problem: `There is no run ${params.run} among the newest ${MOST_RUNS}.`,
            remedy: `See: pos runs ${params.run}`,
          })
        const help = deployment.helpOf(run.report.dataset)
        const codes = new Set(run.report.files.flatMap(({ reasons }) => reasons.map(({ code }) => code)))
        return {
          report: run.report,
          help: Object.fromEntries(Object.entries(help).filter(([code]) => codes.has(code))),
        }
      }),
      suppliers: Effect.fn(function* ({ query: { days = SUPPLIER_DAYS } }) {
        const now = yield* Clock.currentTimeMillis
        const runs = lately(yield* recent.newest(MOST_RUNS), days, now)
        return suppliersOf(yield* recent.withFiles(runs), days, now)
      }),
      health: Effect.fn(function* () {
        return yield* health(deployment, yield* recent.newest(RUNS_FOR_HEALTH))
      }),
    })
  }),
)

/** All answers. */
export const handlers = Layer.mergeAll(kpis, platform).pipe(Layer.provide(Kept.layer))
