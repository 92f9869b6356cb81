/** A table of the lake beside the one that a contract compiles to. */
import { SOURCE_ORDER } from "@pos/sql"
import { canonicalLine } from "../canonical-text.ts"
import { type Impact, REWRITE } from "../impact.ts"
import type { Lock } from "../lock.ts"

/** A table as it stands in the lake; types as Hive, Glue and Delta spell them. What its log does not tell is missing. */
export interface StoredTable {
  readonly name: string
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string; readonly nullable?: boolean }>
  /** What its rows are told apart by. */
  readonly key?: ReadonlyArray<string>
  readonly partitionBy?: ReadonlyArray<string>
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
  /** The columns that must have a value in the table, and need none in the contract: the load lets them be empty. */
  readonly relaxed: ReadonlyArray<string>
  /** `about` is a column, or `KEY` or `PARTITIONS`. */
  readonly refused: ReadonlyArray<Refusal & { readonly about: string }>
}

/** What is refused of a table as a whole. No column is called so. */
export const KEY = "(key)"
export const PARTITIONS = "(partitions)"

const sameNames = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  one.toSorted().join() === other.toSorted().join()

const list = (names: ReadonlyArray<string>): string => (names.length === 0 ? "nothing" : names.join(", "))

const READERS: Impact["affected"] = ["readers of the curated table"]

export const compareCurated = (stored: StoredTable, { curated, policies }: Lock): CuratedDifference => {
  const there = new Map(stored.columns.map(({ name, type }) => [name, type]))
  const missing = curated.columns.filter(({ name }) => !there.has(name))
  // Rows that have no place in the order of arrival count as the oldest ones.
  const fillable = (name: string) => name === SOURCE_ORDER && policies.acrossFiles === "latestWins"
  const known = new Map(curated.columns.map((column) => [column.name, column]))
  const mustHave = stored.columns.filter(({ name, nullable }) => nullable === false && name !== SOURCE_ORDER)
  return {
    relaxed: mustHave.filter(({ name }) => known.get(name)?.nullable === true).map(({ name }) => name),
    added: missing.filter(({ name, nullable }) => nullable || fillable(name)).map(({ name }) => name),
    extra: stored.columns.map(({ name }) => name).filter((name) => curated.columns.every((one) => one.name !== name)),
    refused: [
      ...missing
        .filter(({ name, nullable }) => !nullable && !fillable(name))
        .map(({ name }) => ({
          about: name,
          what: `table ${curated.name}: it has no column ${name}, which the contract requires`,
          affected: READERS,
          next: "Its rows have no value for it. Add the column as optional first, and make it required when every supplier sends it.",
        })),
      ...curated.columns
        .filter(({ name, type }) => there.has(name) && there.get(name) !== type)
        .map(({ name, type }) => ({
          about: name,
          what: `table ${curated.name}: its column ${name} is ${there.get(name)}, and the contract compiles it to ${type}`,
          affected: READERS,
          next: REWRITE,
        })),
      ...mustHave
        .filter(({ name }) => !known.has(name))
        .map(({ name }) => ({
          about: name,
          what: `table ${curated.name}: every row of it must have a ${name}, and the contract has no such column`,
          affected: READERS,
          next: "Keep the column in the contract as optional: rows that come may then have no value for it.",
        })),
      ...(stored.key === undefined || sameNames(stored.key, curated.key)
        ? []
        : [
            {
              about: KEY,
              what: `table ${curated.name}: its rows were told apart by ${list(stored.key)}, and the contract's key is ${list(curated.key)}`,
              affected: READERS,
              next: REWRITE,
            },
          ]),
      ...(stored.partitionBy === undefined || sameNames(stored.partitionBy, curated.partitionBy)
        ? []
        : [
            {
              about: PARTITIONS,
              what: `table ${curated.name}: it is partitioned by ${list(stored.partitionBy)}, and the contract compiles it by ${list(curated.partitionBy)}`,
              affected: READERS,
              next: REWRITE,
            },
          ]),
    ],
  }
}

const shape = (columns: StoredTable["columns"]): string =>
  canonicalLine(
    columns.map(({ name, type }) => ({ name, type })).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  )

/** Whether a KPI's table has other columns than the contract's, another key or other partitions. */
export const isOtherKpi = (stored: StoredTable, kpi: Lock["kpis"][number]): boolean =>
  shape(stored.columns) !== shape(kpi.columns) ||
  !sameNames(stored.key ?? kpi.key, kpi.key) ||
  !sameNames(stored.partitionBy ?? kpi.partitionBy, kpi.partitionBy)
