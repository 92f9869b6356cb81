/** A table of the lake beside the one that a contract compiles to. */
import { SOURCE_ORDER } from "@pos/sql"
import { canonicalLine } from "../canonical-text.ts"
import { type Impact, REWRITE } from "../impact.ts"
import type { Lock } from "../lock.ts"

/** A table as it stands in the lake; types as Hive, Glue and Delta spell them. */
export interface StoredTable {
  readonly name: string
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>
}

/** Something that a table can't follow: what, who notices, and what to do. */
export interface Refusal {
  readonly what: string
  readonly affected: Impact["affected"]
  readonly next: string
}

/** What differs between a stored curated table and the contract's. */
export interface CuratedDifference {
  /** The columns that the load adds. */
  readonly added: ReadonlyArray<string>
  /** The columns that the contract has no more, or not yet: they stay, and rows that come have no value there. */
  readonly extra: ReadonlyArray<string>
  readonly refused: ReadonlyArray<Refusal & { readonly column: string }>
}

const READERS: Impact["affected"] = ["readers of the curated table"]

export const compareCurated = (stored: StoredTable, { curated, policies }: Lock): CuratedDifference => {
  const there = new Map(stored.columns.map(({ name, type }) => [name, type]))
  const missing = curated.columns.filter(({ name }) => !there.has(name))
  // Rows that have no place in the order of arrival count as the oldest ones.
  const fillable = (name: string) => name === SOURCE_ORDER && policies.acrossFiles === "latestWins"
  return {
    added: missing.filter(({ name, nullable }) => nullable || fillable(name)).map(({ name }) => name),
    extra: stored.columns.map(({ name }) => name).filter((name) => curated.columns.every((one) => one.name !== name)),
    refused: [
      ...missing
        .filter(({ name, nullable }) => !nullable && !fillable(name))
        .map(({ name }) => ({
          column: name,
          what: `table ${curated.name}: it has no column ${name}, which the contract requires`,
          affected: READERS,
          next: "Its rows have no value for it. Add the column as optional first, and make it required when every supplier sends it.",
        })),
      ...curated.columns
        .filter(({ name, type }) => there.has(name) && there.get(name) !== type)
        .map(({ name, type }) => ({
          column: name,
          what: `table ${curated.name}: its column ${name} is ${there.get(name)}, and the contract compiles it to ${type}`,
          affected: READERS,
          next: REWRITE,
        })),
    ],
  }
}

const shape = (columns: StoredTable["columns"]): string =>
  canonicalLine(
    columns.map(({ name, type }) => ({ name, type })).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  )

/** Whether a KPI's table has other columns than the contract's. */
export const isOtherKpi = (stored: StoredTable, kpi: Lock["kpis"][number]): boolean =>
  shape(stored.columns) !== shape(kpi.columns)
