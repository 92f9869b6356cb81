/** Totals of a KPI over time. */
import { periodOf } from "@pos/contract"
import { Effect } from "effect"
import { WrongQuestion } from "../api/api.ts"
import type { Series } from "../api/figures.ts"
import type { Deployment, FoundKpi } from "../source.ts"
import { periodsBetween } from "./periods.ts"
import { totalsOf } from "./totals.ts"
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
  deployment: Deployment,
  kpi: FoundKpi,
  { from, to, where }: Asked,
) {
  const { page } = kpi
  const [first, last] = [periodOf(page.grain, from), periodOf(page.grain, to)]
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000
  if (!(days >= 0) || days > MOST_PERIODS * (page.grain === "day" ? 1 : 7))
    return yield* new WrongQuestion({
      problem: `From ${from} to ${to} is no time that can be shown.`,
      remedy: `Ask for at most ${MOST_PERIODS} periods, the first date first.`,
    })
  const periods = periodsBetween(page.grain, first, last)
  const conditions = (yield* chosen(page, where)).map(({ dimension, value }) =>
    isValue(dimension.name, value, dimension.format),
  )
  const totals = yield* totalsOf(deployment, kpi, periods, conditions)
  return {
    periods,
    values: Object.fromEntries(
      page.measures.map(({ name }) => [name, periods.map((one) => totals.get(one)?.values[name] ?? null)]),
    ),
  } satisfies Series
})
