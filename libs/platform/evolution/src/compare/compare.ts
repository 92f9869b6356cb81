import { differ } from "../canonical-text.ts"
import { Change } from "../change.ts"
import type { Lock } from "../lock.ts"
import { columnChanges } from "./columns.ts"
import { contractChanges } from "./contract.ts"
import { kpiChanges } from "./kpis.ts"
import { leniencyChanges } from "./leniency.ts"
import { ruleChanges } from "./rules.ts"
import { tableChanges } from "./tables.ts"

/** The parts of two locks that differ, the version apart. */
const differentParts = (one: Lock, other: Lock): ReadonlyArray<string> => {
  const names = new Set([...Object.keys(one), ...Object.keys(other)] as ReadonlyArray<keyof Lock>)
  return [...names].filter((name) => name !== "version" && differ(one[name], other[name]))
}

/** Every difference between a released contract and today's, its version apart. */
export const compare = (released: Lock, today: Lock): ReadonlyArray<Change> => {
  const changes = [
    ...contractChanges(released, today),
    ...leniencyChanges(released, today),
    ...columnChanges(released.columns, today.columns),
    ...ruleChanges(released.rules, today.rules),
    ...kpiChanges(released.kpis, today.kpis),
    ...tableChanges(released, today),
  ]
  if (changes.length > 0) return changes
  const parts = differentParts(released, today)
  return parts.length === 0 ? [] : [Change.cases.SomethingElseChanged.make({ parts })]
}
