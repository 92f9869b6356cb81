/** What deploying a contract would do to the tables that are there. Decides nothing about versions: see `review`. */
import { Schema } from "effect"
import { Change } from "../change.ts"
import { compare } from "../compare/compare.ts"
import { Audience, Impact, impactOf } from "../impact.ts"
import type { Lock } from "../lock.ts"
import { compareVersions } from "../version.ts"
import { wordsOf } from "../words.ts"
import { type Consequence, consequenceOf } from "./consequence.ts"
import { compareCurated, isOtherKpi, KEY, PARTITIONS, type StoredTable } from "./stored.ts"

/**
 * `new`: it is not there yet. `same`: nothing happens to it. `altered`: the next run adds columns or lets some be empty,
 * without touching a row. `rebuilt`: a KPI's table is computed again for the whole history. `refused`: its rows can't
 * follow. `left`: it stays, and nothing fills it any more.
 */
export const Action = Schema.Literals(["new", "same", "altered", "rebuilt", "refused", "left"])
export type Action = typeof Action.Type

export const TablePreview = Schema.Struct({
  table: Schema.String,
  kind: Schema.Literals(["curated", "kpi"]),
  action: Action,
  /** What happens, or why it can't, in half sentences. */
  why: Schema.Array(Schema.String),
})
export type TablePreview = typeof TablePreview.Type

export const DatasetPreview = Schema.Struct({
  dataset: Schema.String,
  /** The version that is deployed; null where there is none, or where the stack is too old to tell. */
  deployed: Schema.NullOr(Schema.String),
  /** The version of this checkout; null where it has no such dataset. */
  today: Schema.NullOr(Schema.String),
  /** Whether an earlier version is deployed again. */
  rollback: Schema.Boolean,
  changes: Schema.Array(Schema.Struct({ change: Change, words: Schema.String, impact: Impact })),
  tables: Schema.Array(TablePreview),
  /** Why it must not be deployed: what, who notices, what to do. */
  refused: Schema.Array(Schema.Struct({ what: Schema.String, affected: Schema.Array(Audience), next: Schema.String })),
})
export type DatasetPreview = typeof DatasetPreview.Type

export interface PreviewInput {
  readonly dataset: string
  /** Undefined where this checkout has no such dataset. */
  readonly today: Lock | undefined
  /** Undefined where the dataset is not deployed, or the stack is too old to tell. */
  readonly deployed: Lock | undefined
  /** The tables of both that are in the lake, by name. */
  readonly stored: ReadonlyMap<string, StoredTable>
}

/** What of a table a change is about, as `compareCurated` says it. */
const aboutOf = (change: Change): string | undefined => {
  if (change._tag === "KeyChanged") return KEY
  if (change._tag === "PartitionsChanged") return PARTITIONS
  return "column" in change ? change.column : undefined
}

const kpiOf = (change: Change): string | undefined =>
  "kpi" in change ? change.kpi : "table" in change ? change.table : undefined

const about =
  (kind: TablePreview["kind"], table: string) =>
  (action: Action, why: ReadonlyArray<string>): TablePreview => ({ table, kind, action, why })

const gone = ({ dataset, deployed, stored }: PreviewInput, lock: Lock): DatasetPreview => {
  const change = Change.cases.DatasetRemoved.make({})
  const tables = [
    { name: lock.curated.name, kind: "curated" as const },
    ...lock.kpis.map(({ name }) => ({ name, kind: "kpi" as const })),
  ]
  return {
    dataset,
    deployed: deployed?.version ?? null,
    today: null,
    rollback: false,
    changes: [{ change, words: wordsOf(change), impact: impactOf(change) }],
    tables: tables
      .filter(({ name }) => stored.has(name))
      .map(({ name, kind }) => about(kind, name)("left", ["nothing fills it any more"])),
    refused: [],
  }
}

/** The changes of a deployment, each with what it leads to. */
const judged = ({ deployed }: PreviewInput, today: Lock, rollback: boolean) => {
  if (deployed === undefined) return { changes: [] as ReadonlyArray<Change>, decisive: [] as Decisive }
  const changes = compare(deployed, today)
  // What came without asking anything of anybody goes the same way: the table keeps the column, and loads go on.
  const asked = rollback ? compare(today, deployed) : changes
  const lock = rollback ? deployed : today
  return { changes, decisive: asked.map((change) => ({ change, consequence: consequenceOf(change, lock) })) }
}
type Decisive = ReadonlyArray<{ readonly change: Change; readonly consequence: Consequence }>

const curatedTable = (
  { deployed, stored }: PreviewInput,
  today: Lock,
  decisive: Decisive,
  rollback: boolean,
): { readonly table: TablePreview; readonly refused: DatasetPreview["refused"] } => {
  const { name } = today.curated
  const own = stored.get(name)
  const before = deployed === undefined ? undefined : stored.get(deployed.curated.name)
  const table = about("curated", name)
  if (own === undefined && before === undefined) return { table: table("new", []), refused: [] }
  const contract = decisive
    .filter(({ consequence }) => consequence === "refused")
    .map(({ change }) => ({ about: aboutOf(change), what: wordsOf(change), impact: impactOf(change) }))
  const told = new Set(contract.flatMap(({ about: what }) => (what === undefined ? [] : [what])))
  const { added, extra, refused, relaxed } =
    own === undefined ? { added: [], extra: [], refused: [], relaxed: [] } : compareCurated(own, today)
  const strange = deployed === undefined ? extra.filter((column) => refused.every((one) => one.about !== column)) : []
  const all = [
    ...contract.map(({ what, impact }) => ({ what, affected: impact.affected, next: impact.next })),
    ...refused.filter((one) => !told.has(one.about)).map(({ what, affected, next }) => ({ what, affected, next })),
    ...strange.map((column) => ({
      what: `table ${name}: it has a column ${column}, and the contract has none`,
      affected: ["readers of the curated table"] as const,
      next: "If the column was renamed, keep the old name; if it was removed, keep it in the contract as optional.",
    })),
  ]
  if (all.length > 0)
    return {
      table: table(
        "refused",
        all.map(({ what }) => what),
      ),
      refused: all,
    }
  const optional = rollback
    ? []
    : decisive.flatMap(({ change }) =>
        change._tag === "ColumnRequiredChanged" && !change.required ? [change.column] : [],
      )
  const altered = [
    ...added.map((column) => `new column ${column}`),
    ...[...new Set([...relaxed, ...optional])].map((column) => `column ${column} may be empty`),
  ]
  const kept = extra.map((column) => `keeps its column ${column}`)
  return { table: altered.length > 0 ? table("altered", altered) : table("same", kept), refused: [] }
}

const kpiTable = (kpi: Lock["kpis"][number], stored: PreviewInput["stored"], decisive: Decisive): TablePreview => {
  const table = about("kpi", kpi.name)
  const own = stored.get(kpi.name)
  if (own === undefined) return table("new", ["the next run fills it for the whole history"])
  const asked = decisive.filter(({ change, consequence }) => consequence === "rebuilds" && kpiOf(change) === kpi.name)
  if (asked.length > 0)
    return table(
      "rebuilt",
      asked.map(({ change }) => wordsOf(change)),
    )
  return isOtherKpi(own, kpi) ? table("rebuilt", ["its stored columns are others"]) : table("same", [])
}

/** What deploying a dataset's contract would do. */
export const preview = (input: PreviewInput): DatasetPreview => {
  const { dataset, deployed, stored, today } = input
  if (today === undefined) {
    if (deployed === undefined) throw new Error(`neither this checkout nor the stack has a dataset ${dataset}`)
    return gone(input, deployed)
  }
  const rollback = deployed !== undefined && compareVersions(today.version, deployed.version) < 0
  const { changes, decisive } = judged(input, today, rollback)
  const curated = curatedTable(input, today, decisive, rollback)
  const left = (deployed?.kpis ?? []).filter(
    ({ name }) => stored.has(name) && today.kpis.every((kpi) => kpi.name !== name),
  )
  return {
    dataset,
    deployed: deployed?.version ?? null,
    today: today.version,
    rollback,
    changes: changes.map((change) => ({ change, words: wordsOf(change), impact: impactOf(change) })),
    tables: [
      curated.table,
      ...today.kpis.map((kpi) => kpiTable(kpi, stored, decisive)),
      ...left.map(({ name }) => about("kpi", name)("left", ["it is no longer computed"])),
    ],
    refused: curated.refused,
  }
}

/** Each dataset of a stack and of this checkout, paired by its table, else by its contract's name: a table that is renamed is still the same contract. */
export const pairs = (
  today: Readonly<Record<string, Lock>>,
  deployed: Readonly<Record<string, Lock>>,
): ReadonlyArray<Omit<PreviewInput, "stored">> => {
  const taken = new Set(Object.keys(today).filter((id) => deployed[id] !== undefined))
  const mine = Object.entries(today).map(([dataset, lock]) => {
    const own = deployed[dataset]
    if (own !== undefined) return { dataset, today: lock, deployed: own }
    const renamed = Object.entries(deployed).find(([id, one]) => !taken.has(id) && one.contract === lock.contract)
    if (renamed !== undefined) taken.add(renamed[0])
    return { dataset, today: lock, deployed: renamed?.[1] }
  })
  const others = Object.entries(deployed).filter(([id]) => !taken.has(id))
  return [...mine, ...others.map(([dataset, lock]) => ({ dataset, today: undefined, deployed: lock }))]
}
