/** How the rows of a KPI are put together, in DuckDB's SQL. Pure. */
import { identifier, ratioOf } from "@pos/lake"
import type { KpiPage, Measure } from "@pos/pages"
import type { Value, Values } from "../api/figures.ts"

/** The measures that a table stores. */
export const storedMeasures = ({ measures }: KpiPage): ReadonlyArray<Measure> =>
  measures.filter(({ ratio }) => ratio === undefined)

/** The value of a measure over the rows that a condition holds for; NULL where they can't be put together. */
export const aggregate = ({ name, total }: Measure, condition = "TRUE"): string => {
  const column = identifier(name)
  const of = `FILTER (WHERE ${condition})`
  if (total === "none" || total === "ratio") return `CASE WHEN count(*) ${of} = 1 THEN any_value(${column}) ${of} END`
  return `${total}(${column}) ${of}`
}

/** What is stored, and the ratios of it. */
export const withRatios = ({ measures }: KpiPage, stored: (name: string) => Value | null): Values =>
  Object.fromEntries(
    measures.map(({ name, ratio }) => [
      name,
      ratio === undefined ? stored(name) : (ratioOf(ratio, stored(ratio.of), stored(ratio.per)) as string | null),
    ]),
  )
