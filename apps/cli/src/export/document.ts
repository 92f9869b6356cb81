/** What `pos export --json` prints. Scripts rely on this shape; it may only grow. */
import { Schema } from "effect"

export const Format = Schema.Literals(["csv", "parquet", "xlsx", "arrow"])
export type Format = typeof Format.Type

export const Exported = Schema.Struct({
  kpi: Schema.String,
  format: Format,
  /** Where it lies, as it was asked for. */
  file: Schema.String,
  rows: Schema.Natural,
  bytes: Schema.Natural,
  columns: Schema.Array(Schema.String),
  /** Cells of a CSV that a spreadsheet would have taken for a formula, and that begin with a `'` therefore. */
  guarded: Schema.Natural,
  /** Columns of numbers that are texts in an XLSX, as a spreadsheet keeps 15 digits of a number. */
  asText: Schema.Array(Schema.String),
})
export type Exported = typeof Exported.Type
