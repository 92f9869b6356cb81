import { differ } from "../canonical-text.ts"
import { Change } from "../change.ts"
import type { Lock, LockedPolicies } from "../lock.ts"
import { sameNames } from "./named.ts"

const make = Change.cases

/** One comparison for each policy, so that a new one is not forgotten: without it, this does not compile. */
const policies: {
  readonly [Name in keyof LockedPolicies]: (
    from: LockedPolicies[Name],
    to: LockedPolicies[Name],
  ) => ReadonlyArray<Change>
} = {
  fileTolerance: (from, to) => (from === to ? [] : [make.ToleranceChanged.make({ from, to })]),
  unexpectedColumn: (from, to) => (from === to ? [] : [make.UnexpectedColumnChanged.make({ to })]),
  acrossFiles: (from, to) => (from === to ? [] : [make.AcrossFilesChanged.make({ from, to })]),
  largestFile: (from, to) =>
    (Object.keys(to) as ReadonlyArray<keyof typeof to>)
      .toSorted()
      .filter((limit) => from[limit] !== to[limit])
      .map((limit) => make.LargestFileChanged.make({ limit, from: from[limit], to: to[limit] })),
}

const policyChanges = (from: LockedPolicies, to: LockedPolicies): ReadonlyArray<Change> => [
  ...policies.acrossFiles(from.acrossFiles, to.acrossFiles),
  ...policies.fileTolerance(from.fileTolerance, to.fileTolerance),
  ...policies.largestFile(from.largestFile, to.largestFile),
  ...policies.unexpectedColumn(from.unexpectedColumn, to.unexpectedColumn),
]

/** What concerns a dataset as a whole. */
export const contractChanges = (from: Lock, to: Lock): ReadonlyArray<Change> => [
  ...(from.contract === to.contract ? [] : [make.ContractRenamed.make({ from: from.contract, to: to.contract })]),
  ...(from.curated.name === to.curated.name
    ? []
    : [make.TableRenamed.make({ from: from.curated.name, to: to.curated.name })]),
  ...(from.kind === to.kind ? [] : [make.DatasetKindChanged.make({ from: from.kind, to: to.kind })]),
  ...(from.delivers === to.delivers
    ? []
    : [make.DeliversChanged.make({ from: from.delivers ?? null, to: to.delivers ?? null })]),
  ...(sameNames(from.key, to.key) ? [] : [make.KeyChanged.make({ from: from.key, to: to.key })]),
  ...(differ(from.unique, to.unique)
    ? [make.UniqueChanged.make({ from: from.unique ?? null, to: to.unique ?? null })]
    : []),
  ...(sameNames(from.curated.keyScope, to.curated.keyScope) || differ(from.unique, to.unique)
    ? []
    : [make.KeyScopeChanged.make({ from: from.curated.keyScope, to: to.curated.keyScope })]),
  ...(differ(from.eventTime, to.eventTime)
    ? [make.EventTimeChanged.make({ from: from.eventTime ?? null, to: to.eventTime ?? null })]
    : []),
  ...(differ(from.businessDate, to.businessDate)
    ? [make.BusinessDateChanged.make({ from: from.businessDate ?? null, to: to.businessDate ?? null })]
    : []),
  ...(differ(from.canary, to.canary)
    ? [make.CanaryChanged.make({ from: from.canary ?? null, to: to.canary ?? null })]
    : []),
  ...policyChanges(from.policies, to.policies),
]
