/** What a KPI's rows come to, by period. */
import { identifier } from "@pos/lake"
import { Effect } from "effect"
import type { Totals, Value } from "../api/figures.ts"
import { ask } from "../ask.ts"
import { Kept } from "../kept.ts"
import type { Deployment, FoundKpi } from "../source.ts"
import { aggregate, storedMeasures, withRatios } from "./aggregate.ts"
import type { isValue } from "./where.ts"

/** Those of these periods that have rows, of the rows that meet all conditions. */
export const totalsOf = Effect.fn("totalsOf")(function* (
  { lake }: Deployment,
  { page }: FoundKpi,
  periods: ReadonlyArray<string>,
  conditions: ReadonlyArray<ReturnType<typeof isValue>> = [],
) {
  const table = yield* Kept.use((kept) => kept.rows(page, periods))
  if (table === undefined) return new Map<string, Totals>()
  const period = identifier(page.period)
  const measures = storedMeasures(page)
  const rows = yield* ask(lake, {
    tables: [],
    sql: [
      `SELECT CAST(${period} AS VARCHAR) AS period, count(*) AS counted,`,
      measures.map((measure, at) => `${aggregate(measure)} AS m${at}`).join(", "),
      `FROM ${identifier(table.name)} WHERE ${period} IN (SELECT unnest(CAST(string_split(?, ',') AS DATE[])))`,
      ...conditions.map(({ sql }) => `AND ${sql}`),
      "GROUP BY 1",
    ].join(" "),
    parameters: [periods.join(), ...conditions.flatMap(({ parameters }) => parameters)],
  })
  const place = new Map(measures.map(({ name }, at) => [name, `m${at}`]))
  return new Map(
    rows.map((row): [string, Totals] => {
      const stored = (name: string) => (row[place.get(name) ?? ""] ?? null) as Value | null
      return [String(row["period"]), { rows: Number(row["counted"]), values: withRatios(page, stored) }]
    }),
  )
})
