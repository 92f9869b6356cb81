import { Effect } from "effect"
import { adopt } from "./adopt.ts"
import { unify } from "./batch.ts"
import { bounds } from "./bounds.ts"
import { canarySteps } from "./canary.ts"
import { type Roles, rolesOf } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import * as everywhere from "./everywhere.ts"
import { compare, conflicts, match, replace } from "./existing.ts"
import { read, whole } from "./incoming.ts"
import { relations, type TransformInput } from "./input.ts"
import { kpi } from "./kpi.ts"
import { referenceTransform } from "./reference.ts"
import type { Transform } from "./schema.ts"
import type { UnsupportedTable } from "./unsupported.ts"

/** A key names one row on its business date. */
const ofDate = (dialect: TransformDialect, roles: Roles) => ({
  unify: unify(dialect, roles),
  match: match(dialect, roles),
  compare: compare(dialect, roles),
  replace: replace(dialect, roles),
})

/** A key names one row within a window of days. */
const ofWindow = (dialect: TransformDialect, input: TransformInput, roles: Roles) => ({
  unify: everywhere.unify(dialect, roles),
  sought: everywhere.entries(dialect, input, roles, { name: relations.sought, of: relations.batch }),
  indexed: everywhere.entries(dialect, input, roles, { name: relations.indexed, of: relations.existing }),
  nearby: everywhere.nearby(dialect, roles),
  match: everywhere.match(dialect, roles),
  compare: everywhere.compare(dialect, roles),
  replace: everywhere.replace(dialect, roles),
})

/**
 * The statements of the transformation job in one dialect. The KPIs' `select` must be in the same dialect and read
 * `relations.touched`.
 */
export const compileTransform = (
  dialect: TransformDialect,
  input: TransformInput,
): Effect.Effect<Transform, UnsupportedTable> =>
  Effect.gen(function* () {
    if (input.delivers !== undefined) return yield* referenceTransform(dialect, input, input.delivers)
    const roles = yield* rolesOf(input)
    return {
      dateLiteral: "DATE '{date}'",
      ...whole(dialect, input, roles),
      read: read(dialect, input, roles),
      ...(roles.days > 0 ? ofWindow(dialect, input, roles) : ofDate(dialect, roles)),
      ...adopt(dialect, input, roles),
      conflicts: conflicts(dialect, roles),
      ...bounds(dialect, roles, input.bounds),
      canary: canarySteps(dialect, input.canary),
      kpis: yield* Effect.all(input.kpis.map((each) => kpi(dialect, each))),
    }
  })
