/** A KPI in one period, beside earlier ones. */
import { periodOf } from "@pos/contract"
import { Effect } from "effect"
import type { Deployment, FoundKpi } from "../source.ts"
import { comparedWith } from "./periods.ts"
import { totalsOf } from "./totals.ts"

/** The period that a date is in, and what it is compared with. */
export const kpiDay = Effect.fn("kpiDay")(function* (deployment: Deployment, kpi: FoundKpi, date: string) {
  const period = periodOf(kpi.page.grain, date)
  const compared = comparedWith(kpi.page.grain, period)
  const totals = yield* totalsOf(deployment, kpi, [period, ...compared.map((one) => one.period)])
  return {
    kpi: kpi.page.name,
    period,
    totals: totals.get(period) ?? null,
    compared: compared.map((one) => ({ ...one, totals: totals.get(one.period) ?? null })),
  }
})
