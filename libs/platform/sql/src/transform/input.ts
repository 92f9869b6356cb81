import type { BusinessDate, DateColumn, Delivers, Policies } from "@pos/contract"
import type { Canary, CuratedTable, KpiTable } from "../plan.ts"
import type { TransformDialect } from "./dialect.ts"

/** A KPI's table and the SELECT, in the dialect that is compiled for, of its rows from `relations.touched`. */
export interface KpiInput {
  readonly table: KpiTable
  readonly select: string
}

/** A curated column and the bounds that its type does not keep by itself; `least` and `greatest` are SQL. */
export interface ColumnBounds {
  readonly column: string
  readonly least: (dialect: TransformDialect) => string
  readonly greatest: (dialect: TransformDialect) => string
}

/** What the transformation is compiled from. */
export interface TransformInput {
  /** The validated Parquet's columns. */
  readonly validated: ReadonlyArray<{ readonly name: string }>
  readonly curated: CuratedTable
  /** The curated timestamp of which the business date is taken, unless a column holds it. */
  readonly eventTime?: string
  readonly acrossFiles: Policies["acrossFiles"]
  /** Of facts. */
  readonly businessDate?: BusinessDate | DateColumn
  /** Of reference data. */
  readonly delivers?: Delivers
  readonly kpis: ReadonlyArray<KpiInput>
  readonly bounds: ReadonlyArray<ColumnBounds>
  readonly canary?: Canary
}

/** The names under which statements find each other's results. */
export const relations = {
  validated: "validated",
  sources: "sources",
  incoming: "incoming",
  ends: "ends",
  spans: "spans",
  wholeParts: "whole_parts",
  parted: "parted",
  counted: "counted",
  keyHashes: "key_hashes",
  suspects: "suspects",
  ranked: "ranked",
  batchLost: "batch_lost",
  suspected: "suspected",
  batch: "batch",
  existing: "existing",
  sought: "sought",
  indexed: "indexed",
  nearby: "nearby",
  matchedKeys: "matched_keys",
  matched: "matched",
  compared: "compared",
  fresh: "fresh",
  updates: "updates",
  moves: "moves",
  delivered: "delivered",
  newest: "newest",
  touched: "touched",
  recomputed: "recomputed",
  current: "current_rows",
  examined: "examined",
  strays: "strays",
  kept: "kept",
} as const

export const SOURCE_FILE = "source_file"
/** Tells the parts apart, of all source files; the other rows have none. */
export const PART = "source_part"
