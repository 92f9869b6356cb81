import { differ } from "../canonical-text.ts"
import { Change } from "../change.ts"
import { implies } from "../implies.ts"
import type { Lock, LockedRule } from "../lock.ts"
import { difference } from "./named.ts"

const make = Change.cases

const sameGroups = (from: LockedRule, to: LockedRule): boolean => !differ(from.groupBy, to.groupBy)

const condition = (from: LockedRule, to: LockedRule): ReadonlyArray<Change> =>
  sameGroups(from, to) && !differ(from.violatedWhen, to.violatedWhen)
    ? []
    : [
        make.RuleConditionChanged.make({
          rule: to.id,
          severity: to.severity,
          looser: sameGroups(from, to) && implies(to.violatedWhen, from.violatedWhen),
        }),
      ]

const report = (from: LockedRule, to: LockedRule): ReadonlyArray<Change> => {
  const parts = (["column", "dimension", "detail"] as const).filter((part) => differ(from[part], to[part]))
  return parts.length === 0 ? [] : [make.RuleReportChanged.make({ rule: to.id, parts })]
}

/**
 * The reason codes that belong to no rule. Which ones a contract has follows from its columns and policies, whose changes are
 * told as such.
 */
export const reasonChanges = (from: Lock["reasons"] = {}, to: Lock["reasons"] = {}): ReadonlyArray<Change> =>
  Object.keys(to)
    .toSorted()
    .flatMap((reason) => {
      const [before, after] = [from[reason], to[reason]]
      return before === undefined || after === undefined || before === after
        ? []
        : [make.ReasonSeverityChanged.make({ reason, to: after })]
    })

export const ruleChanges = (from: ReadonlyArray<LockedRule>, to: ReadonlyArray<LockedRule>): ReadonlyArray<Change> => {
  const { added, removed, inBoth } = difference(from, to, ({ id }) => id)
  return [
    ...removed.map((rule) =>
      make.RuleRemoved.make({
        rule: rule.id,
        severity: rule.severity,
        perhaps: added
          .filter((one) => sameGroups(one, rule) && !differ(one.violatedWhen, rule.violatedWhen))
          .map(({ id }) => id),
      }),
    ),
    ...added.map(({ id, severity }) => make.RuleAdded.make({ rule: id, severity })),
    ...inBoth.flatMap((pair) => [
      ...(pair.from.severity === pair.to.severity
        ? []
        : [make.RuleSeverityChanged.make({ rule: pair.to.id, to: pair.to.severity })]),
      ...condition(pair.from, pair.to),
      ...report(pair.from, pair.to),
    ]),
  ]
}
