import { differ } from "../canonical-text.ts"
import { Change } from "../change.ts"
import type { Lock } from "../lock.ts"
import { columnChanges } from "./columns.ts"
import { contractChanges } from "./contract.ts"
import { kpiChanges } from "./kpis.ts"
import { leniencyChanges } from "./leniency.ts"
import { reasonChanges, ruleChanges } from "./rules.ts"
import { tableChanges } from "./tables.ts"

/** What may differ and is no change of the contract by itself. */
const UNSAID = new Set<keyof Lock>(["version", "reasons"])

/** The parts of two locks that differ, as far as that says something. */
const differentParts = (one: Lock, other: Lock): ReadonlyArray<string> => {
  const names = new Set([...Object.keys(one), ...Object.keys(other)] as ReadonlyArray<keyof Lock>)
  return [...names].filter((name) => !UNSAID.has(name) && differ(one[name], other[name]))
}

/** Every difference between a released contract and today's, its version apart. */
export const compare = (released: Lock, today: Lock): ReadonlyArray<Change> => {
  const changes = [
    ...contractChanges(released, today),
    ...leniencyChanges(released, today),
    ...columnChanges(released.columns, today.columns),
    ...ruleChanges(released.rules, today.rules),
    ...reasonChanges(released.reasons, today.reasons),
    ...kpiChanges(released.kpis, today.kpis),
    ...tableChanges(released, today),
  ]
  if (changes.length > 0) return changes
  const parts = differentParts(released, today)
  return parts.length === 0 ? [] : [Change.cases.SomethingElseChanged.make({ parts })]
}
