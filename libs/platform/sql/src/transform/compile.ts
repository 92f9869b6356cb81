import { batch } from "./batch.ts"
import { rolesOf } from "./columns.ts"
import { transformDialects } from "./dialect.ts"
import { conflictSamples, existing, tally } from "./existing.ts"
import { dates, incoming } from "./incoming.ts"
import type { TransformInput } from "./input.ts"
import { kpi } from "./kpi.ts"
import type { Transform } from "./schema.ts"

/**
 * The statements of the transformation job in one dialect. The KPIs' `select` must be in the same dialect and read
 * `relations.touched`. Throws `UnsupportedTable` for a contract that has none.
 */
export const compileTransform = (engine: keyof typeof transformDialects, input: TransformInput): Transform => {
  const dialect = transformDialects[engine]
  const roles = rolesOf(input)
  return {
    dateLiteral: "DATE '{date}'",
    incoming: incoming(dialect, input, roles),
    dates: dates(dialect, roles),
    batch: batch(dialect, roles),
    existing: existing(dialect, roles),
    tally,
    conflictSamples: conflictSamples(dialect, roles),
    kpis: input.kpis.map((each) => kpi(dialect, each)),
  }
}
