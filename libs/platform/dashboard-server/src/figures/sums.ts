/** What rows come to, by period, in one statement. Pure. */
import { identifier } from "@pos/lake"
import type { KpiPage } from "@pos/pages"
import type { Totals, Value } from "../api/figures.ts"
import { aggregate, storedMeasures, withRatios } from "./aggregate.ts"
import type { isValue } from "./where.ts"

/** SQL: the period, how many rows, and each measure, of what can be selected from. */
export const sumsOf = (
  page: KpiPage,
  from: string,
  periods: ReadonlyArray<string>,
  conditions: ReadonlyArray<ReturnType<typeof isValue>> = [],
): string =>
  [
    `SELECT CAST(${identifier(page.period)} AS VARCHAR), count(*),`,
    storedMeasures(page)
      .map((measure, at) => `${aggregate(measure)} AS m${at}`)
      .join(", "),
    `FROM ${from} WHERE ${identifier(page.period)} IN (${periods.map((one) => `DATE '${one}'`).join(", ")})`,
    ...conditions.map(({ sql }) => `AND ${sql}`),
    "GROUP BY 1",
  ].join(" ")

/** The cells of that statement's rows, by period. */
export const totalsIn = (page: KpiPage, rows: ReadonlyArray<ReadonlyArray<unknown>>): ReadonlyMap<string, Totals> => {
  const place = new Map(storedMeasures(page).map(({ name }, at) => [name, at]))
  return new Map(
    rows.map(([period, counted, ...cells]): [string, Totals] => {
      const stored = (name: string) => (cells[place.get(name) ?? -1] ?? null) as Value | null
      return [String(period), { rows: Number(counted), values: withRatios(page, stored) }]
    }),
  )
}
