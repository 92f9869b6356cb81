/** What pages for people are made from: titles, units, descriptions and formats of every column, as the contract has them. */
import { Schema } from "effect"

/** How a value is written. Decimals have `digits` behind the point, always. */
export const Format = Schema.Struct({
  kind: Schema.Literals(["decimal", "integer", "date", "text", "boolean"]),
  digits: Schema.optionalKey(Schema.Natural),
})
export type Format = typeof Format.Type

const described = {
  name: Schema.String,
  /** The name in words: "Total sales". */
  title: Schema.String,
  description: Schema.String,
  format: Format,
}

export const PageColumn = Schema.Struct({
  ...described,
  unit: Schema.optionalKey(Schema.String),
  /** The values say something about a person: no page shows them. */
  personal: Schema.optionalKey(Schema.Literal(true)),
})
export type PageColumn = typeof PageColumn.Type

/** Where the names of a dimension's values stand, and by what else they can be grouped: a table of reference data. */
export const Names = Schema.Struct({
  /** The dataset, which is also the table's name. */
  dataset: Schema.String,
  /** Its only key column. */
  key: Schema.String,
  label: Schema.String,
  groups: Schema.Array(Schema.Struct({ name: Schema.String, title: Schema.String })),
})
export type Names = typeof Names.Type

export const Dimension = Schema.Struct({
  ...described,
  /** The column of the dataset's table that it is; absent where it is an expression or looked up. */
  column: Schema.optionalKey(Schema.String),
  names: Schema.optionalKey(Names),
})
export type Dimension = typeof Dimension.Type

/** How the values of several rows become one: not at all (`none`) where rows may have counted the same thing. */
export const Total = Schema.Literals(["sum", "min", "max", "ratio", "none"])
export type Total = typeof Total.Type

export const Measure = Schema.Struct({
  ...described,
  unit: Schema.optionalKey(Schema.String),
  total: Total,
  /** What is divided where it is read. */
  ratio: Schema.optionalKey(Schema.Struct({ of: Schema.String, per: Schema.String, digits: Schema.Natural })),
})
export type Measure = typeof Measure.Type

export const KpiPage = Schema.Struct({
  name: Schema.String,
  dataset: Schema.String,
  title: Schema.String,
  description: Schema.String,
  grain: Schema.Literals(["day", "week", "month"]),
  /** The column with the first day of what a row stands for. */
  period: Schema.String,
  dimensions: Schema.Array(Dimension),
  measures: Schema.Array(Measure),
})
export type KpiPage = typeof KpiPage.Type

export const DatasetPage = Schema.Struct({
  name: Schema.String,
  title: Schema.String,
  description: Schema.String,
  kind: Schema.Literals(["facts", "reference"]),
  key: Schema.Array(Schema.String),
  /** Which of two rows with one key counts. */
  acrossFiles: Schema.Literals(["keepFirst", "latestWins"]),
  /** Those of its table, in its order. */
  columns: Schema.Array(PageColumn),
  /** When a business date begins: at this hour in this time zone. Absent where a column holds the date. */
  businessDay: Schema.optionalKey(Schema.Struct({ timeZone: Schema.String, cutoffHour: Schema.Natural })),
})
export type DatasetPage = typeof DatasetPage.Type

/** `pages.json`: every dataset and KPI, in the order of the registry. */
export const Pages = Schema.Struct({
  format: Schema.Literal("pos-pages/1"),
  datasets: Schema.Array(DatasetPage),
  kpis: Schema.Array(KpiPage),
})
export type Pages = typeof Pages.Type
