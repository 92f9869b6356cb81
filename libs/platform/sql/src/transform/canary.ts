import type { Canary } from "../plan.ts"
import type { TransformDialect } from "./dialect.ts"
import { relations } from "./input.ts"
import type { Step } from "./schema.ts"
import { check } from "./step.ts"

/** How many rows of `examined` there are, and how many of them are somebody else's than the canary's. */
export const canarySteps = (dialect: TransformDialect, canary: Canary | undefined): ReadonlyArray<Step> => {
  if (canary === undefined) return []
  const own = Object.entries(canary.where).map(([name, value]) => `${dialect.identifier(name)} = ${value}`)
  const strange = `CASE WHEN coalesce(${own.join(" AND ")}, FALSE) THEN 0 ELSE 1 END`
  return [
    check(
      "canary",
      `SELECT count(*) AS all_rows, coalesce(sum(${strange}), 0) AS strange_rows FROM ${relations.examined}`,
    ),
  ]
}
