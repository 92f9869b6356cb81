/** Files, runs and the platform's health as the page gets them. */
import { ReasonHelp } from "@pos/pipeline"
import { RunOverview, RunReport } from "@pos/runs/report"
import { Schema } from "effect"

/** The newest first. */
export const Runs = Schema.Array(RunOverview)

export const RunDetail = Schema.Struct({
  report: RunReport,
  /** By reason code: what it means, and what its reader can do. */
  help: Schema.Record(Schema.String, ReasonHelp),
})
export type RunDetail = typeof RunDetail.Type

/** How well one supplier's files do. A supplier is the folder below `incoming/` that the files come in. */
const Supplier = Schema.Struct({
  /** `berlin/`; empty for files that lie in no folder. */
  folder: Schema.String,
  dataset: Schema.NullOr(Schema.String),
  files: Schema.Natural,
  rejected: Schema.Natural,
  rows: Schema.Natural,
  invalid: Schema.Natural,
  /** When the newest file came. */
  last: Schema.String,
  /** Days, of those that were looked at, on which a file came. */
  days: Schema.Natural,
  /** The time of day, UTC, by which half of its files had come: `06:15`. */
  usualTime: Schema.String,
  /** What is wrong most often. */
  reason: Schema.NullOr(Schema.Struct({ code: Schema.String, files: Schema.Natural })),
})

export const Suppliers = Schema.Struct({
  /** How many days and runs were looked at. */
  days: Schema.Natural,
  runs: Schema.Natural,
  suppliers: Schema.Array(Supplier),
})
export type Suppliers = typeof Suppliers.Type

const Freshness = Schema.Struct({
  dataset: Schema.String,
  /** The newest business date of its table; null where there is none. */
  newest: Schema.NullOr(Schema.String),
  /** When the last run that loaded it ended, and how many hours ago. */
  loaded: Schema.NullOr(Schema.String),
  hours: Schema.NullOr(Schema.Finite),
})

const Duration = Schema.Struct({
  runId: Schema.String,
  dataset: Schema.NullOr(Schema.String),
  started: Schema.String,
  seconds: Schema.Finite,
  status: RunReport.fields.status,
  /** The median of the same weekday's runs before it, seconds; null where there were none. */
  usual: Schema.NullOr(Schema.Finite),
})

const TableHealth = Schema.Struct({
  name: Schema.String,
  dataset: Schema.String,
  rows: Schema.NullOr(Schema.Natural),
  files: Schema.Natural,
  /** Files that hold so few rows that maintenance will put them together. */
  smallFiles: Schema.Natural,
})

export const Health = Schema.Struct({
  freshness: Schema.Array(Freshness),
  /** The newest first. */
  durations: Schema.Array(Duration),
  tables: Schema.Array(TableHealth),
  /** Events that nobody could work on; null where that can't be seen. */
  deadLetters: Schema.NullOr(Schema.Natural),
  /** Of the runs that were looked at: DPU-hours by job, and their price where one is set. */
  cost: Schema.Struct({
    runs: Schema.Natural,
    dpuHours: Schema.NullOr(Schema.Finite),
    price: Schema.NullOr(Schema.Struct({ amount: Schema.String, currency: Schema.String })),
  }),
})
export type Health = typeof Health.Type
