import { Schema } from "effect"

/**
 * A MERGE into a Delta table, in the four parts that both delta-rs and Spark's `DeltaTable` take. The target has the
 * alias `t`, the source `s`. `on` holds `{dates}`, a list of date literals: without it delta-rs reads the whole table.
 * An empty clause is left out of the statement.
 */
export const Merge = Schema.Struct({
  on: Schema.String,
  update: Schema.NullOr(Schema.String),
  delete: Schema.NullOr(Schema.String),
  insert: Schema.NullOr(Schema.String),
  /** Target column → expression of the source, for updates and inserts alike. */
  set: Schema.Record(Schema.String, Schema.String),
}).annotate({ identifier: "Merge" })
export type Merge = typeof Merge.Type

/** Curated rows that the present contract would not accept: an earlier one did. */
export const Bounds = Schema.Struct({
  /**
   * `examined` (curated rows) → those with a value outside of its column's bounds, with `broken_column`, the first such
   * column, and `broken_value`, its value as text.
   */
  outside: Schema.String,
  /** Removes rows by their keys. */
  removal: Merge,
}).annotate({ identifier: "Bounds" })
export type Bounds = typeof Bounds.Type

/** How one KPI table follows the curated table. `name` is that of the table in the plan. */
export const KpiTransform = Schema.Struct({
  name: Schema.String,
  /** `touched` (curated rows of the touched dates) → the KPI's rows of these dates. Becomes `recomputed`. */
  recomputed: Schema.String,
  /** `recomputed` against `current` (the KPI table's rows of these dates) → rows that differ, each with its `change`. */
  changes: Schema.String,
  merge: Merge,
}).annotate({ identifier: "KpiTransform" })
export type KpiTransform = typeof KpiTransform.Type

/**
 * The statements of the transformation job in one dialect. Each is a SELECT; an engine registers its result under the
 * name given here, and may register it as a view or as a table.
 *
 * Given by the engine: `validated` (the run's validated rows and `source_file`, which tells their files apart and
 * sorts as the manifest does), `sources` (`source_file`, `source_order`: the larger, the newer), `existing` (the curated rows of the batch's dates).
 */
export const Transform = Schema.Struct({
  /** A date literal; `{date}` is replaced by an ISO date. `{dates}` below is a list of these, joined by commas. */
  dateLiteral: Schema.String,
  /** → `incoming`: curated columns and `source_file`. */
  incoming: Schema.String,
  /** Rows of each date, and whether files can share keys on it: `date`, `line_count`, `shared`. */
  dates: Schema.String,
  batch: Schema.Struct({
    /** → `key_hashes`: a hash of each key on the shared dates. Holds `{dates}`. */
    keyHashes: Schema.String,
    /**
     * → `suspects`: the hashes that occur more than once among those with remainder `{part}` modulo `{parts}`. An
     * engine that keeps its memory small asks for one part after the other and gathers them.
     */
    suspects: Schema.String,
    /** → `ranked`: the rows with suspect keys; `place` 1 is the one that stays. Holds `{dates}`. */
    ranked: Schema.String,
    /** → `batch_lost`: the rows of `ranked` that don't stay, compared with the one that does. */
    lost: Schema.String,
    /** → `batch`: the incoming rows, each key once. */
    rows: Schema.String,
  }).annotate({ identifier: "BatchTransform" }),
  existing: Schema.Struct({
    /** → `matched_keys`: keys of the batch that stand in the table already. Reads the key columns only. */
    matchedKeys: Schema.String,
    /** → `matched`: the existing rows of `matched_keys`. Where they are most, `existing` itself serves as well. */
    matched: Schema.String,
    /** → `compared`: rows of the batch beside the existing row of their key: `same` values? `newer`, so that it wins? */
    compared: Schema.String,
    /** → `fresh`: the rows to append. */
    fresh: Schema.String,
    /** → `updates`: the rows that replace existing ones; `null` where the policy replaces none. */
    updates: Schema.NullOr(Schema.String),
    merge: Schema.NullOr(Merge),
  }).annotate({ identifier: "ExistingTransform" }),
  /** Over `batch_lost` and `compared`: `duplicates`, `conflicts`, `updated`. */
  tally: Schema.String,
  /** At most 20 conflicts of `batch_lost` and `compared`: the key, `column_name`, `kept` and `incoming` as text. */
  conflictSamples: Schema.String,
  bounds: Bounds,
  kpis: Schema.Array(KpiTransform),
}).annotate({ identifier: "Transform" })
export type Transform = typeof Transform.Type
