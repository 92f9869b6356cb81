import { Effect } from "effect"
import { batch } from "./batch.ts"
import { bounds } from "./bounds.ts"
import { rolesOf } from "./columns.ts"
import { transformDialects } from "./dialect.ts"
import { conflictSamples, existing, tally } from "./existing.ts"
import { dates, incoming } from "./incoming.ts"
import type { TransformInput } from "./input.ts"
import { kpi } from "./kpi.ts"
import type { Transform } from "./schema.ts"
import type { UnsupportedTable } from "./unsupported.ts"

/**
 * The statements of the transformation job in one dialect. The KPIs' `select` must be in the same dialect and read
 * `relations.touched`.
 */
export const compileTransform = (
  engine: keyof typeof transformDialects,
  input: TransformInput,
): Effect.Effect<Transform, UnsupportedTable> =>
  Effect.gen(function* () {
    const dialect = transformDialects[engine]
    const roles = yield* rolesOf(input)
    return {
      dateLiteral: "DATE '{date}'",
      incoming: incoming(dialect, input, roles),
      dates: dates(dialect, roles),
      batch: batch(dialect, roles),
      existing: existing(dialect, roles),
      tally,
      conflictSamples: conflictSamples(dialect, roles),
      bounds: bounds(dialect, roles, input.bounds),
      kpis: yield* Effect.all(input.kpis.map((each) => kpi(dialect, each))),
    }
  })
