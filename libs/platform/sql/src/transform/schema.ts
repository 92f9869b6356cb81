import { Schema } from "effect"

const Names = Schema.Array(Schema.String)

/**
 * What becomes of rows in a Delta table, in the four parts that a MERGE has in every engine. The table has the alias `t`,
 * the rows `s`. `on` holds `{dates}`, a list of date literals: without it delta-rs reads the whole table. A clause that
 * is `null` is left out.
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

/** One statement, in its place among the others. */
export const Step = Schema.Struct({
  /** What the step makes: later steps read it under this name. */
  name: Schema.String,
  /**
   * `view`: evaluated where it is read. `table`: evaluated once, since several steps read it, or since its number of
   * rows is asked for. `check`: a small result for the job itself. `merge`: rows that `merge` puts into a table.
   */
  kind: Schema.Literals(["view", "table", "check", "merge"]),
  /** A SELECT. */
  sql: Schema.String,
  /** The relations that it reads, each made by an earlier step or given by the store. */
  reads: Names,
  /**
   * What the text must be completed by: `{dates}` by date literals, joined by commas, where no date means no row;
   * `{part}` and `{parts}` by the number of a part of the rows, from 0, and that of all parts, one part after the other.
   * Beside these, `{added.NAME}` by `TRUE` where the table got the column NAME when it may have had rows, else `FALSE`.
   */
  over: Schema.optionalKey(Schema.Literals(["dates", "parts"])),
  /** The step has no rows when all of these have none: then it need not be evaluated. */
  emptyWith: Schema.optionalKey(Names),
  /** For `merge`. */
  merge: Schema.optionalKey(Merge),
}).annotate({ identifier: "Step" })
export type Step = typeof Step.Type

const Steps = Schema.Array(Step)

/** How one KPI table follows the curated table. `name` is that of the table in the plan. */
export const KpiTransform = Schema.Struct({
  name: Schema.String,
  /**
   * Given: `touched` (curated rows of some dates), `current_rows` (the KPI table's rows of these dates). `recomputed` is
   * the KPI's definition: a table that was computed by another one is computed anew. `changes` merges what differs.
   */
  steps: Steps,
  /** The rows of reference data that the steps read besides, by the names of their relations. */
  references: Schema.optionalKey(
    Schema.Record(
      Schema.String,
      Schema.Struct({
        /** What the steps read of the relation: when it stays the same, so do the figures. */
        contents: Schema.String,
        /** A SELECT of the same columns without a row, for a table that nobody has made yet. */
        nothing: Schema.String,
      }).annotate({ identifier: "KpiReference" }),
    ),
  ),
}).annotate({ identifier: "KpiTransform" })
export type KpiTransform = typeof KpiTransform.Type

/**
 * The statements of the transformation job in one dialect, by what the job is doing, in the order in which they run.
 *
 * Given by the store: `validated` (the run's validated rows and `source_file`, which tells their files apart and sorts
 * as the manifest does; `source_part`, where the engine adopts parts), `ends` (only there: `source_file` and the key's
 * first column, such that no row of a file is below the least or above the greatest of them), `spans` (`source_part`, the
 * first and the last instant, in a row each, and `line_count` of parts that tell them unread), `sources` (`source_file`,
 * `source_order`: the larger, the newer), `existing` (the curated rows of the batch's dates; of reference data all
 * rows), `examined` (curated rows of the dates that are looked at).
 */
export const Transform = Schema.Struct({
  /** A date literal; `{date}` is replaced by an ISO date. `{dates}` is a list of these. */
  dateLiteral: Schema.String,
  /**
   * Only where a part's ends tell its date: `whole_parts`, the `date` and `line_count` of each such `source_part`, and
   * `counted_parts`, which they are. What comes next need not count their rows: `validated` may lack them in `read`.
   */
  whole: Schema.optionalKey(Steps),
  /**
   * `incoming`: curated columns and `source_file`. `dates`: `date`, `line_count`, and `shared`: can files share keys? With a
   * window of days each row has also the `lowest` and the `highest` of the batch's keys, of which the first column is meant, and
   * `shared_ranges`, in which those of files overlap, each with the same names, unless there are many.
   */
  read: Steps,
  /** Over the shared dates. `batch`: the incoming rows, each key once; `batch_lost`: the others, beside the one that stays. */
  unify: Steps,
  /**
   * Only where a key names one row within a window of days: `existing` are then the rows of all dates in the windows of
   * the batch's. `nearby`: those with a key of the batch, which are found by the key alone; `nearby_dates`: their
   * dates, each with the `lowest` and the `highest` of these keys.
   */
  nearby: Schema.optionalKey(Steps),
  /** Only there: `sought`, the `entry` of each row of the batch in an index of keys. */
  sought: Schema.optionalKey(Steps),
  /** Only there: `indexed`, the `entry` of each row of `existing`. Another text of it makes another index. */
  indexed: Schema.optionalKey(Steps),
  /** `matched_keys`: keys of the batch that stand in the table already. */
  match: Steps,
  /**
   * `matched`: their rows; where these are most, `existing` itself serves as well. `compared`: rows of the batch beside
   * them. `fresh`: the rows to append. `tally`: `duplicates`, `conflicts`, `updated` of each `date`, in their order.
   */
  compare: Steps,
  /**
   * Only where a table can take over files. `parts`: `first_date`, `last_date` and `line_count` of each `source_part`;
   * `parts_of_suspects` and `parts_of_matched`: those with a key that another row of the batch, or of the table, may have.
   */
  adopt: Schema.optionalKey(Steps),
  /** Over the first dates that have so many: `conflict_samples`, at most 20 conflicts, the values of both rows. */
  conflicts: Steps,
  /** Where the latest row wins: `updates`, the `dates` that they stand on, and their merge. Elsewhere none. */
  replace: Steps,
  /**
   * Of reference data alone, which have only this, `repair` and `read`, whose check is `arrived`, with a `line_count`.
   * `newest`: the rows that the table must have, each key once. `tally`: `appended`, `updated`, `removed`, `confirmed` and `superseded`.
   */
  newest: Schema.optionalKey(Steps),
  /** `stray_samples`: a few rows of `examined` that the present contract would refuse, with `broken_column` and `broken_value`. */
  explain: Steps,
  /**
   * `strays`: all of them; `dates` and `columns` of these, `samples`, and the merge that removes them.
   * Of reference data `kept` instead of the dates and the merge: the rows that stay.
   */
  repair: Steps,
  /** `canary`: how many rows of `examined` there are, and how many of them are not the canary's. None without a canary. */
  canary: Steps,
  kpis: Schema.Array(KpiTransform),
}).annotate({ identifier: "Transform" })
export type Transform = typeof Transform.Type
