import { Schema } from "effect"

/** An `error` makes a row (or a file) invalid; a `warning` only counts. */
export const Severity = Schema.Literals(["error", "warning"]).annotate({ identifier: "Severity" })
export type Severity = typeof Severity.Type

const reasonFields = {
  code: Schema.NonEmptyString,
  rule: Schema.String,
  severity: Severity,
  column: Schema.NullOr(Schema.String),
}

/** How often a reason occurred in a whole run: in how many files and rows. */
export const ReasonTotal = Schema.Struct({ ...reasonFields, files: Schema.Natural, rows: Schema.Natural }).annotate({
  identifier: "ReasonTotal",
})
export type ReasonTotal = typeof ReasonTotal.Type

/**
 * One row that shows a reason. Line 1 is a CSV file's header; for JSON lines it is the line, for Parquet the row's
 * number. `line` is null when the reason is about the file.
 */
export const Sample = Schema.Struct({
  line: Schema.NullOr(Schema.Natural),
  column: Schema.NullOr(Schema.String),
  value: Schema.NullOr(Schema.String),
}).annotate({ identifier: "Sample" })
export type Sample = typeof Sample.Type

/** A reason in one file, in words, with the rows that show it. */
export const FileReason = Schema.Struct({
  ...reasonFields,
  count: Schema.Natural,
  message: Schema.String,
  samples: Schema.Array(Sample),
}).annotate({ identifier: "FileReason" })
export type FileReason = typeof FileReason.Type
