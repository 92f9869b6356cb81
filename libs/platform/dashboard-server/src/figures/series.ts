/** Totals of a KPI over time. */
import { periodOf } from "@pos/contract"
import { identifier } from "@pos/lake"
import { Effect } from "effect"
import { WrongQuestion } from "../api/api.ts"
import type { Series, Value, Values } from "../api/figures.ts"
import { ask } from "../ask.ts"
import { Kept } from "../kept.ts"
import type { Deployment, FoundKpi } from "../source.ts"
import { aggregate, storedMeasures, withRatios } from "./aggregate.ts"
import { periodsBetween } from "./periods.ts"
import { chosen, isValue } from "./where.ts"

/** Four years of days. */
const MOST_PERIODS = 1462

interface Asked {
  readonly from: string
  readonly to: string
  readonly where?: string | undefined
}

/** One value for each period, null where there is none. */
export const kpiSeries = Effect.fn("kpiSeries")(function* (
  { lake }: Deployment,
  { page }: FoundKpi,
  { from, to, where }: Asked,
) {
  const [first, last] = [periodOf(page.grain, from), periodOf(page.grain, to)]
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000
  if (!(days >= 0) || days > MOST_PERIODS * (page.grain === "day" ? 1 : 7))
    return yield* new WrongQuestion({
      problem: `From ${from} to ${to} is no time that can be shown.`,
      remedy: `Ask for at most ${MOST_PERIODS} periods, the first date first.`,
    })
  const periods = periodsBetween(page.grain, first, last)
  const conditions = (yield* chosen(page, where)).map(({ dimension, value }) => isValue(dimension.name, value))
  const measures = storedMeasures(page)
  const period = identifier(page.period)
  const table = yield* Kept.use((kept) => kept.rows(page, periods))
  const rows = table
    ? yield* ask(lake, {
        tables: [],
        sql: [
          `SELECT CAST(${period} AS VARCHAR) AS period,`,
          measures.map((measure, at) => `${aggregate(measure)} AS m${at}`).join(", "),
          `FROM ${identifier(table.name)} WHERE ${period} BETWEEN CAST(? AS DATE) AND CAST(? AS DATE)`,
          ...conditions.map(({ sql }) => `AND ${sql}`),
          "GROUP BY 1",
        ].join(" "),
        parameters: [first, last, ...conditions.flatMap(({ parameters }) => parameters)],
      })
    : []
  const place = new Map(measures.map(({ name }, at) => [name, `m${at}`]))
  const found = new Map(
    rows.map((row): [string, Values] => {
      const stored = (name: string) => (row[place.get(name) ?? ""] ?? null) as Value | null
      return [String(row["period"]), withRatios(page, stored)]
    }),
  )
  return {
    periods,
    values: Object.fromEntries(
      page.measures.map(({ name }) => [name, periods.map((one) => found.get(one)?.[name] ?? null)]),
    ),
  } satisfies Series
})
