import { canonicalLine } from "../canonical-text.ts"
import { Change } from "../change.ts"
import type { Check, ColumnKind, LockedColumn } from "../lock.ts"
import { difference } from "./named.ts"

const make = Change.cases

const INT64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n }

const leastOf = ({ least }: LockedColumn): bigint => (least === undefined ? INT64.least : BigInt(least))
const greatestOf = ({ greatest }: LockedColumn): bigint => (greatest === undefined ? INT64.greatest : BigInt(greatest))

const rangeOf = ({ least, greatest }: LockedColumn): string => {
  if (least === undefined) return greatest === undefined ? "64 bits" : `${greatest} or less`
  return greatest === undefined ? `${least} or more` : `${least} to ${greatest}`
}

const bounds = (from: LockedColumn, to: LockedColumn): ReadonlyArray<Change> => {
  if (from.type.kind !== "integer" || to.type.kind !== "integer" || rangeOf(from) === rangeOf(to)) return []
  const tighter = leastOf(to) > leastOf(from) || greatestOf(to) < greatestOf(from)
  return [make.ColumnBoundsChanged.make({ column: to.name, from: rangeOf(from), to: rangeOf(to), tighter })]
}

const length = (from: LockedColumn, to: LockedColumn): ReadonlyArray<Change> =>
  from.type.kind !== "text" || to.type.kind !== "text" || from.longest === to.longest
    ? []
    : [make.ColumnLengthChanged.make({ column: to.name, from: from.longest ?? null, to: to.longest ?? null })]

const checkName = ({ id, payload }: Check): string => {
  const name = id.replace(/^.*\//, "")
  return payload === null ? name : `${name} ${canonicalLine(payload)}`
}

const checks = (from: LockedColumn, to: LockedColumn): ReadonlyArray<Change> => {
  const { added, removed } = difference(from.checks, to.checks, checkName)
  const column = to.name
  return [
    ...removed.map((check) => make.ColumnCheckRemoved.make({ column, check: checkName(check) })),
    ...added.map((check) => make.ColumnCheckAdded.make({ column, check: checkName(check) })),
  ]
}

const type = (from: LockedColumn, to: LockedColumn): ReadonlyArray<Change> => {
  if (from.type.kind === "oneOf" && to.type.kind === "oneOf") {
    const [before, after] = [from.type.values, to.type.values]
    const added = after.filter((value) => !before.includes(value))
    const removed = before.filter((value) => !after.includes(value))
    if (added.length + removed.length === 0) return []
    return [make.ColumnValuesChanged.make({ column: to.name, added, removed })]
  }
  const same = canonicalLine(from.type) === canonicalLine(to.type) && from.storedType === to.storedType
  return same
    ? []
    : [
        make.ColumnTypeChanged.make({
          column: to.name,
          from: from.type,
          to: to.type,
          storedFrom: from.storedType,
          storedTo: to.storedType,
        }),
      ]
}

const changesOf = (from: LockedColumn, to: LockedColumn): ReadonlyArray<Change> => [
  ...type(from, to),
  ...(from.required === to.required
    ? []
    : [make.ColumnRequiredChanged.make({ column: to.name, required: to.required })]),
  ...(from.storedAs === to.storedAs
    ? []
    : [make.ColumnStoredAsChanged.make({ column: to.name, from: from.storedAs, to: to.storedAs })]),
  ...(from.personal === to.personal
    ? []
    : [make.ColumnPersonalChanged.make({ column: to.name, personal: to.personal === true })]),
  ...(from.currency === to.currency
    ? []
    : [make.ColumnCurrencyChanged.make({ column: to.name, from: from.currency ?? null, to: to.currency ?? null })]),
  ...bounds(from, to),
  ...length(from, to),
  ...checks(from, to),
]

const sameType = (one: ColumnKind, other: ColumnKind): boolean => canonicalLine(one) === canonicalLine(other)

export const columnChanges = (
  from: ReadonlyArray<LockedColumn>,
  to: ReadonlyArray<LockedColumn>,
): ReadonlyArray<Change> => {
  const { added, removed, inBoth } = difference(from, to, ({ name }) => name)
  return [
    ...removed.map((column) =>
      make.ColumnRemoved.make({
        column: column.name,
        perhaps: added.filter((one) => sameType(one.type, column.type)).map(({ name }) => name),
      }),
    ),
    ...added.map(({ name, required }) => make.ColumnAdded.make({ column: name, required })),
    ...inBoth.flatMap((pair) => changesOf(pair.from, pair.to)),
  ]
}
