/**
 * The plan: what the Python jobs get. They hold no rule of their own: they read it, run the SQL in it, report. Its words
 * are a document of their own. In every SQL text `{event_time}` stands for the run's event time, epoch seconds, as a number.
 */
import { Schema } from "effect"
import { Transform } from "./transform/schema.ts"
import { LeniencyPlan } from "./validation/leniency-plan.ts"

const Names = Schema.Array(Schema.String)
const Severity = Schema.Literals(["error", "warning"]).annotate({ identifier: "Severity" })

/** A column as a file's header names it. */
const PlanColumn = Schema.Struct({
  name: Schema.String,
  /** How its cells are read. */
  input: Schema.Literals(["text", "integer", "decimal", "epochSeconds", "timestamp", "date", "boolean"]).annotate({
    identifier: "InputKind",
  }),
  type: Schema.String,
  required: Schema.Boolean,
  /** Reports, messages and logs don't show its values. */
  personal: Schema.optionalKey(Schema.Literal(true)),
}).annotate({ identifier: "PlanColumn" })

const Reason = Schema.Struct({
  scope: Schema.Literals(["file", "row"]),
  severity: Severity,
  /** Which side of data quality it is about. */
  dimension: Schema.Literals([
    "accuracy",
    "completeness",
    "conformity",
    "consistency",
    "coverage",
    "timeliness",
    "uniqueness",
  ]),
}).annotate({ identifier: "ReasonDefinition" })

const Typed = Schema.Struct({ name: Schema.String, type: Schema.String }).annotate({ identifier: "ValidatedColumn" })

/** polars SQL over a typed read: a proof that a file is clean, never a verdict of error. */
const FastValidation = Schema.Struct({
  columns: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      dtype: Schema.Literals(["String", "Int64", "Float64"]),
      /** Bytes of a cell's text beyond which the typed read says too little about it. */
      longest: Schema.optionalKey(Schema.Natural),
    }).annotate({ identifier: "FastColumn" }),
  ),
  /**
   * Values that rules and tables need of the columns that are read as texts. `readable` must be TRUE on every row before
   * `sql` is evaluated: it might fail on other texts.
   */
  derived: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      dtype: Schema.Literals(["Int64", "Date", "Boolean"]),
      readable: Schema.String,
      sql: Schema.String,
    }).annotate({ identifier: "FastDerived" }),
  ),
  /** Each must be TRUE on every row; otherwise the file takes the exact path. */
  clean: Names,
  /** `sql` TRUE = the row triggers the warning. `value` and `detail`: texts for its message. */
  warnings: Schema.Array(
    Schema.Struct({
      rule: Schema.String,
      code: Schema.String,
      column: Schema.String,
      value: Schema.String,
      detail: Schema.NullOr(Schema.String),
      sql: Schema.String,
    }).annotate({ identifier: "FastWarning" }),
  ),
  /** The validated Parquet's columns. */
  select: Schema.Array(
    Schema.Struct({ name: Schema.String, dtype: Schema.String, sql: Schema.String }).annotate({
      identifier: "FastOutput",
    }),
  ),
  /** The key's columns, or what was derived of them: as many distinct values as rows prove that it is unique. */
  uniqueBy: Schema.Array(
    Schema.Struct({ column: Schema.String, value: Schema.String }).annotate({ identifier: "FastKey" }),
  ),
}).annotate({ identifier: "FastValidation" })

/** Rules about rows of one file that belong together. */
const GroupRules = Schema.Struct({
  /** SELECT … FROM `good` or `kept`: their columns, and what is known about each row's group. */
  rows: Schema.String,
  /** Over `rows`; `sql` TRUE = violated. A row that breaks an error is invalid. */
  rules: Schema.Array(
    Schema.Struct({
      code: Schema.String,
      severity: Severity,
      /** A row that breaks the rule is valid, but not stored: another one says the same. */
      drops: Schema.Boolean,
      column: Schema.String,
      value: Schema.String,
      detail: Schema.NullOr(Schema.String),
      /** Which group it is, for the end of the message. */
      hint: Schema.String,
      sql: Schema.String,
    }).annotate({ identifier: "GroupRule" }),
  ),
}).annotate({ identifier: "GroupRules" })

/** DuckDB SQL over `raw(line BIGINT, <column> VARCHAR …, <column>__wrong BOOLEAN …)`, and what leniency adds to it. */
const ExactValidation = Schema.Struct({
  /** SELECT … FROM raw: the raw columns, `<column>__value` typed, `<column>__reason` the code of what is wrong or NULL. */
  typed: Schema.String,
  /** Over `typed`; TRUE = violated. Guarded: one bad value yields one reason. */
  rules: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      code: Schema.String,
      severity: Severity,
      columns: Names,
      column: Schema.String,
      value: Schema.String,
      detail: Schema.NullOr(Schema.String),
      sql: Schema.String,
    }).annotate({ identifier: "ExactRule" }),
  ),
  /** SELECT line, <the validated Parquet's columns> FROM typed; meaningful for rows without errors. */
  select: Schema.String,
  columns: Schema.Array(Typed),
  /** The rules about rows that share a key. They read `good`: `select` of the rows without errors. */
  keys: GroupRules,
  /** Rules about other groups. They read `kept`: what the rules about keys leave of `good`. */
  groups: Schema.Array(GroupRules),
}).annotate({ identifier: "ExactValidation" })

/**
 * Many valid rows of one date lie in files of their own, their parts, as the curated table has them: it may take them
 * over as they are.
 */
const Parts = Schema.Struct({
  /** The validated column, in microseconds, of which the business date is taken. */
  eventTime: Schema.String,
  /** The instants by their names in the parts and the table, and by those of the validated columns, microseconds. */
  instants: Schema.Array(
    Schema.Struct({ name: Schema.String, validated: Schema.String }).annotate({ identifier: "Instant" }),
  ),
}).annotate({ identifier: "Parts" })

const TableColumn = Schema.Struct({
  name: Schema.String,
  /** As Hive, Glue, Spark and Delta spell it. */
  type: Schema.String,
  nullable: Schema.Boolean,
  /** Reports, messages and logs don't show its values. */
  personal: Schema.optionalKey(Schema.Literal(true)),
}).annotate({ identifier: "TableColumn" })
export type TableColumn = typeof TableColumn.Type

export const CuratedTable = Schema.Struct({
  name: Schema.String,
  path: Schema.String,
  columns: Schema.Array(TableColumn),
  partitionBy: Names,
  key: Names,
  /** The columns within which the key is unique. */
  keyScope: Names,
  /** Where that is no column: how many days apart the dates of two rows with one key may be that are the same row. */
  keyDays: Schema.optionalKey(Schema.Natural),
}).annotate({ identifier: "CuratedTable" })
export type CuratedTable = typeof CuratedTable.Type

/** Reference data that a KPI reads: of its table, the columns that it needs. */
const ReferenceTable = Schema.Struct({
  name: Schema.String,
  path: Schema.String,
  /** What the KPI's statements call its rows. */
  relation: Schema.String,
  columns: Schema.Array(TableColumn),
}).annotate({ identifier: "ReferenceTable" })
export type ReferenceTable = typeof ReferenceTable.Type

export const KpiTable = Schema.Struct({
  name: Schema.String,
  path: Schema.String,
  columns: Schema.Array(TableColumn),
  partitionBy: Names,
  key: Names,
  measures: Names,
  /** How much time a row stands for, a day unless stated. The partition column has its first day; weeks begin on Mondays. */
  grain: Schema.optionalKey(Schema.Literals(["week", "month"]).annotate({ identifier: "Grain" })),
  /** Measures that are not stored: `of` divided by `per` where the table is read, a half rounded away from zero. */
  ratios: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        of: Schema.String,
        per: Schema.String,
        /** Digits behind the point. */
        digits: Schema.Natural,
      }).annotate({ identifier: "Ratio" }),
    ),
  ),
  references: Schema.optionalKey(Schema.Array(ReferenceTable)),
}).annotate({ identifier: "KpiTable" })
export type KpiTable = typeof KpiTable.Type

export const Policies = Schema.Struct({
  fileTolerance: Schema.Finite,
  unexpectedColumn: Severity,
  acrossFiles: Schema.Literals(["keepFirst", "latestWins"]),
  /** In bytes, rows and columns. */
  largestFile: Schema.Struct({
    plain: Schema.Natural,
    gzip: Schema.Natural,
    decompressed: Schema.Natural,
    rows: Schema.Natural,
    columns: Schema.Natural,
  }).annotate({ identifier: "LargestFile" }),
}).annotate({ identifier: "Policies" })

/** The rows by which a deployment is tried out, and may be dropped again: those of the date whose columns have the values. */
export const Canary = Schema.Struct({ date: Schema.String, where: Schema.Record(Schema.String, Schema.Int) }).annotate({
  identifier: "Canary",
})
export type Canary = typeof Canary.Type

/** One dataset, compiled. Nothing in it changes when another dataset does. */
export const DatasetPlan = Schema.Struct({
  /** `sha256:` of the canonical JSON of everything else in here. */
  hash: Schema.String,
  kind: Schema.Literals(["facts", "reference"]),
  /** What one file of reference data is. Facts have none. */
  delivers: Schema.optionalKey(Schema.Literals(["wholeList", "changes"]).annotate({ identifier: "Delivers" })),
  contract: Schema.Struct({ name: Schema.String, version: Schema.String }).annotate({ identifier: "ContractVersion" }),
  columns: Schema.Array(PlanColumn),
  key: Names,
  policies: Policies,
  /** The day of the event time in a zone, or the column that holds it. Reference data have none. */
  businessDate: Schema.optionalKey(
    Schema.Struct({
      timeZone: Schema.optionalKey(Schema.String),
      cutoffHour: Schema.optionalKey(Schema.Int),
      column: Schema.optionalKey(Schema.String),
    }).annotate({ identifier: "BusinessDate" }),
  ),
  canary: Schema.optionalKey(Canary),
  reasons: Schema.Record(Schema.String, Reason),
  validation: Schema.Struct({
    fast: FastValidation,
    exact: ExactValidation,
    /** Only where a contract declares any. */
    leniency: Schema.optionalKey(LeniencyPlan),
    /** Only where the table has nothing that a file alone can't tell. */
    parts: Schema.optionalKey(Parts),
  }).annotate({ identifier: "Validation" }),
  tables: Schema.Struct({ curated: CuratedTable, kpis: Schema.Array(KpiTable) }).annotate({ identifier: "Tables" }),
  /** By dialect: an engine of the transformation job takes the one that it speaks. */
  transformation: Schema.Record(Schema.String, Transform),
}).annotate({ identifier: "DatasetPlan" })
export type DatasetPlan = typeof DatasetPlan.Type

export const Plan = Schema.Struct({
  format: Schema.Literal("pos-plan/2"),
  /** `sha256:` of the canonical JSON of everything else, of each dataset its hash. */
  hash: Schema.String,
  /** By id, in the order of the registry. */
  datasets: Schema.Record(Schema.String, DatasetPlan),
  /** The id of the dataset that a run is about when nothing names one. */
  defaultDataset: Schema.String,
})
export type Plan = typeof Plan.Type

/** The tables of every dataset, each curated one before its KPIs. */
export const tablesOf = ({ datasets }: Pick<Plan, "datasets">): ReadonlyArray<CuratedTable | KpiTable> =>
  Object.values(datasets).flatMap(({ tables }) => [tables.curated, ...tables.kpis])
