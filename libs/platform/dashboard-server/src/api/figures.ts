/** Figures of KPIs as the page gets them. */
import { Pages } from "@pos/pages"
import { Schema } from "effect"

/** Decimals are texts with all their digits, whole numbers are numbers while a number holds them, dates are `yyyy-mm-dd`. */
export const Value = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])
export type Value = typeof Value.Type

const Values = Schema.Record(Schema.String, Schema.NullOr(Value))
export type Values = typeof Values.Type

/** What several rows of a KPI come to; a measure that can't be put together is null. */
export const Totals = Schema.Struct({ rows: Schema.Natural, values: Values })
export type Totals = typeof Totals.Type

/** Which earlier period a figure is compared with. */
export const Against = Schema.Literals(["before", "week", "year"])
export type Against = typeof Against.Type

/** Whether figures of a date are all that will come. `sentences` say what speaks against it; none where nothing does. */
export const Trust = Schema.Struct({
  level: Schema.Literals(["complete", "provisional", "doubtful"]),
  sentences: Schema.Array(Schema.String),
})
export type Trust = typeof Trust.Type

export const Overview = Schema.Struct({
  /** The deployment as people call it. */
  target: Schema.Struct({ name: Schema.String, local: Schema.Boolean }),
  pages: Pages,
  /** By KPI: the first and the last period that have figures; null where there are none. */
  periods: Schema.Record(Schema.String, Schema.NullOr(Schema.Struct({ first: Schema.String, last: Schema.String }))),
  /** ISO 4217; null where nobody has said it. */
  currency: Schema.NullOr(Schema.String),
})
export type Overview = typeof Overview.Type

const Compared = Schema.Struct({
  against: Against,
  /** "the day before" */
  title: Schema.String,
  /** The period that is meant, by its first day. */
  period: Schema.String,
  totals: Schema.NullOr(Totals),
})

/** A KPI in one period. */
export const KpiDay = Schema.Struct({
  kpi: Schema.String,
  /** The first day of the period that was asked for. */
  period: Schema.String,
  /** Null where no row is of this period. */
  totals: Schema.NullOr(Totals),
  compared: Schema.Array(Compared),
  trust: Trust,
})
export type KpiDay = typeof KpiDay.Type

const KpiRow = Schema.Struct({
  /** Which row it is, by its dimensions. Of a group: the group's own value. */
  key: Schema.Record(Schema.String, Schema.NullOr(Value)),
  /** What people call it, where reference data tell. */
  label: Schema.optionalKey(Schema.String),
  values: Values,
  before: Schema.NullOr(Values),
  week: Schema.NullOr(Values),
  year: Schema.NullOr(Values),
})

export const KpiRows = Schema.Struct({
  /** Rows that match, shown or not. */
  total: Schema.Natural,
  rows: Schema.Array(KpiRow),
})
export type KpiRows = typeof KpiRows.Type

/** Totals by period, the oldest first. */
export const Series = Schema.Struct({
  periods: Schema.Array(Schema.String),
  /** By measure, one for each period. */
  values: Schema.Record(Schema.String, Schema.Array(Schema.NullOr(Value))),
})
export type Series = typeof Series.Type

/** The rows that a figure is computed from, and the files that brought them. */
export const Origin = Schema.Struct({
  dataset: Schema.String,
  total: Schema.Natural,
  columns: Schema.Array(Schema.String),
  rows: Schema.Array(
    Schema.Struct({
      values: Schema.Array(Schema.NullOr(Value)),
      /** Which of `files` brought it; null where the files of its run are not kept any more. */
      file: Schema.NullOr(Schema.Natural),
    }),
  ),
  files: Schema.Array(Schema.Struct({ runId: Schema.String, file: Schema.String, rows: Schema.Natural })),
  /** Dimensions that no column of the rows has: the rows are those of all their values. */
  notNarrowed: Schema.Array(Schema.String),
})
export type Origin = typeof Origin.Type
