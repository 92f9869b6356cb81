/** What is compiled, compared by itself: a table that changes for a reason which no other comparison knows is found too. */
import { SOURCE_ORDER } from "@pos/sql"
import { Change } from "../change.ts"
import type { Lock, LockedKpi, StoredColumn } from "../lock.ts"
import { difference, sameNames } from "./named.ts"

const make = Change.cases

interface Table {
  readonly name: string
  readonly path: string
  readonly columns: ReadonlyArray<StoredColumn>
  readonly partitionBy: ReadonlyArray<string>
}

const words = ({ type, nullable }: StoredColumn): string => `${type}${nullable ? "" : " NOT NULL"}`

/** Columns that differ, except those whose change another comparison explains already. */
const columns = (from: Table, to: Table, explained: ReadonlySet<string>): ReadonlyArray<Change> => {
  const { added, removed, inBoth } = difference(from.columns, to.columns, ({ name }) => name)
  const change = (column: string, before: string | null, now: string | null): ReadonlyArray<Change> =>
    explained.has(column) || before === now
      ? []
      : [make.StoredColumnChanged.make({ table: to.name, column, from: before, to: now })]
  return [
    ...removed.flatMap((column) => change(column.name, words(column), null)),
    ...added.flatMap((column) => change(column.name, null, words(column))),
    ...inBoth.flatMap((pair) => change(pair.to.name, words(pair.from), words(pair.to))),
  ]
}

const places = (from: Table, to: Table): ReadonlyArray<Change> => [
  ...(from.name !== to.name || from.path === to.path
    ? []
    : [make.TablePathChanged.make({ table: to.name, from: from.path, to: to.path })]),
  ...(sameNames(from.partitionBy, to.partitionBy)
    ? []
    : [make.PartitionsChanged.make({ table: to.name, from: from.partitionBy, to: to.partitionBy })]),
]

/** The stored names of columns whose own comparison says what happens to them. */
const explainedInCurated = (from: Lock, to: Lock): ReadonlySet<string> => {
  const { added, removed, inBoth } = difference(from.columns, to.columns, ({ name }) => name)
  const changed = inBoth.filter(
    (pair) =>
      pair.from.storedAs !== pair.to.storedAs ||
      pair.from.storedType !== pair.to.storedType ||
      pair.from.required !== pair.to.required,
  )
  const names = [...added, ...removed, ...changed.flatMap((pair) => [pair.from, pair.to])].map((one) => one.storedAs)
  const order = from.policies.acrossFiles === to.policies.acrossFiles ? [] : [SOURCE_ORDER]
  return new Set([...names, ...order])
}

/** A KPI of weeks is partitioned by the week: its grain says so already. */
const kpiPlaces = (from: LockedKpi, to: LockedKpi): ReadonlyArray<Change> =>
  places(from, sameNames(from.key, to.key) ? to : { ...to, partitionBy: from.partitionBy })

const explainedInKpi = (from: LockedKpi, to: LockedKpi): ReadonlySet<string> => {
  const grain = difference(from.key, to.key, (name) => name)
  return new Set([...grain.added, ...grain.removed, ...[...from.measures, ...to.measures].map(({ name }) => name)])
}

export const tableChanges = (from: Lock, to: Lock): ReadonlyArray<Change> => [
  ...places(from.curated, to.curated),
  ...columns(from.curated, to.curated, explainedInCurated(from, to)),
  ...difference(from.kpis, to.kpis, ({ name }) => name).inBoth.flatMap((pair) => [
    ...kpiPlaces(pair.from, pair.to),
    ...columns(pair.from, pair.to, explainedInKpi(pair.from, pair.to)),
  ]),
]
