/** What a KPI's rows come to, by period. */
import { Effect } from "effect"
import { ask } from "../ask.ts"
import { Kept } from "../kept.ts"
import type { Deployment, FoundKpi } from "../source.ts"
import { sumsOf, totalsIn } from "./sums.ts"
import type { isValue } from "./where.ts"

/** Those of these periods that have rows, of the rows that meet all conditions. */
export const totalsOf = Effect.fn("totalsOf")(function* (
  { lake }: Deployment,
  { page }: FoundKpi,
  periods: ReadonlyArray<string>,
  conditions: ReadonlyArray<ReturnType<typeof isValue>> = [],
) {
  const kept = yield* Kept
  if (conditions.length === 0) return yield* kept.totals(page, periods)
  const from = yield* kept.rows(page, periods)
  if (from === undefined) return totalsIn(page, [])
  const rows = yield* ask(lake, {
    tables: [],
    sql: sumsOf(page, from, periods, conditions),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  })
  return totalsIn(page, rows.map(Object.values<unknown>))
})
