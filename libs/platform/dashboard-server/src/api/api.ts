/** What the page asks. Everything is read; nothing can be changed. */
import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiMiddleware } from "effect/http-api"
import { KpiDay, KpiRows, Origin, Overview, Series } from "./figures.ts"
import { Health, RunDetail, Runs, Suppliers } from "./platform.ts"

const told = { problem: Schema.String, remedy: Schema.String }

/** What was asked for does not exist, or makes no sense. */
export class WrongQuestion extends Schema.TaggedError<WrongQuestion>()("WrongQuestion", told, { httpApiStatus: 400 }) {}

/** What the page stands on is missing or does not answer. */
export class NotAnswered extends Schema.TaggedError<NotAnswered>()("NotAnswered", told, { httpApiStatus: 503 }) {}

const error = [WrongQuestion, NotAnswered] as const

/** The first day that a contract knows. */
const FIRST_DAY = "1900-01-01"

/** JavaScript takes the 30th of February for the 2nd of March. */
const isDay = (text: string): boolean => {
  if (text < FIRST_DAY) return false
  const moment = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(moment) && new Date(moment).toISOString().slice(0, 10) === text
}

const day = Schema.String.check(Schema.makeFilter(isDay, { expected: "a date such as 2026-01-31" }))
/** Digits alone: JavaScript takes an empty text for 0, and reads `0x10`. */
const natural = Schema.String.check(Schema.isPattern(/^\d+$/, { expected: "a whole number, such as 50" })).pipe(
  Schema.decodeTo(Schema.FiniteFromString),
  Schema.check(Schema.isInt()),
)
const page = { offset: Schema.optionalKey(natural), limit: Schema.optionalKey(natural) }
const kpi = { kpi: Schema.String }
/** Values of dimensions as JSON: `{"store_id":7}`. */
const where = Schema.optionalKey(Schema.String)
/** A hundred years; a clock can't be put back by any number of days. */
const MOST_DAYS = 36_525

export const KpisGroup = HttpApiGroup.make("kpis").add(
  HttpApiEndpoint.get("day", "/kpis/:kpi/day", { params: kpi, query: { date: day }, success: KpiDay, error }),
  HttpApiEndpoint.get("rows", "/kpis/:kpi/rows", {
    params: kpi,
    query: {
      date: day,
      /** Part of a dimension's value or of its name. */
      search: Schema.optionalKey(Schema.String),
      /** A column of reference data, instead of the dimension that it describes. */
      group: Schema.optionalKey(Schema.String),
      /** A dimension, a measure, or `change`: how the first measure differs from the day before. */
      order: Schema.optionalKey(Schema.String),
      direction: Schema.optionalKey(Schema.Literals(["ascending", "descending"])),
      ...page,
    },
    success: KpiRows,
    error,
  }),
  HttpApiEndpoint.get("series", "/kpis/:kpi/series", {
    params: kpi,
    query: { from: day, to: day, where },
    success: Series,
    error,
  }),
  HttpApiEndpoint.get("origin", "/kpis/:kpi/origin", {
    params: kpi,
    query: { date: day, where, ...page },
    success: Origin,
    error,
  }),
)

export const PlatformGroup = HttpApiGroup.make("platform", { topLevel: true }).add(
  HttpApiEndpoint.get("overview", "/overview", { success: Overview, error }),
  HttpApiEndpoint.get("runs", "/runs", { query: { limit: Schema.optionalKey(natural) }, success: Runs, error }),
  HttpApiEndpoint.get("run", "/runs/:run", { params: { run: Schema.String }, success: RunDetail, error }),
  HttpApiEndpoint.get("suppliers", "/suppliers", {
    query: { days: Schema.optionalKey(natural.check(Schema.isLessThanOrEqualTo(MOST_DAYS))) },
    success: Suppliers,
    error,
  }),
  HttpApiEndpoint.get("health", "/health", { success: Health, error }),
)

/** Says in the same form what of a question can't be read. */
export class Readable extends HttpApiMiddleware.Service<Readable>()("@pos/dashboard/Readable", {
  error: WrongQuestion,
}) {}

export class DashboardApi extends HttpApi.make("dashboard")
  .add(KpisGroup, PlatformGroup)
  .middleware(Readable)
  .prefix("/api") {}
