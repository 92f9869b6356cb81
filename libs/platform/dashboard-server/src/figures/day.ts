/** A KPI in one period, beside earlier ones. */
import { identifier } from "@pos/lake"
import { periodOf } from "@pos/contract"
import { Effect } from "effect"
import type { Totals, Value } from "../api/figures.ts"
import { ask } from "../ask.ts"
import { Kept } from "../kept.ts"
import type { Deployment, FoundKpi } from "../source.ts"
import { aggregate, storedMeasures, withRatios } from "./aggregate.ts"
import { comparedWith } from "./periods.ts"

/** Totals by period; those that have no row are missing. */
const totalsOf = Effect.fn("totalsOf")(function* (
  { lake }: Deployment,
  { page }: FoundKpi,
  periods: ReadonlyArray<string>,
) {
  const table = yield* Kept.use((kept) => kept.rows(page, periods))
  if (table === undefined) return new Map<string, Totals>()
  const period = identifier(page.period)
  const measures = storedMeasures(page)
  const rows = yield* ask(lake, {
    tables: [],
    sql: [
      `SELECT CAST(${period} AS VARCHAR) AS period, count(*) AS counted,`,
      `${measures.map((measure, at) => `${aggregate(measure)} AS m${at}`).join(", ")}`,
      `FROM ${identifier(table.name)} WHERE ${period} IN (${periods.map(() => "CAST(? AS DATE)").join(", ")})`,
      "GROUP BY 1",
    ].join(" "),
    parameters: periods,
  })
  const place = new Map(measures.map(({ name }, at) => [name, `m${at}`]))
  return new Map(
    rows.map((row): [string, Totals] => {
      const stored = (name: string) => (row[place.get(name) ?? ""] ?? null) as Value | null
      return [String(row["period"]), { rows: Number(row["counted"]), values: withRatios(page, stored) }]
    }),
  )
})

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
