/**
 * The verdict on one file, as `validate --json` and `ingest --json` print it. Scripts rely on this shape:
 * it is documented in docs/cli.md and may only grow.
 */
import { Schema } from "effect"

export const Sample = Schema.Struct({
  /** Line in the file (1 = the header of a CSV); row number for Parquet. */
  line: Schema.NullOr(Schema.Int),
  column: Schema.NullOr(Schema.String),
  /** The offending value as sent. */
  value: Schema.NullOr(Schema.String),
})

export const Reason = Schema.Struct({
  code: Schema.String,
  rule: Schema.NullOr(Schema.String),
  severity: Schema.Literals(["error", "warning"]),
  column: Schema.NullOr(Schema.String),
  /** Rows that the reason concerns; for a fault of the file as a whole, how often it occurs. */
  count: Schema.Int,
  message: Schema.String,
  samples: Schema.Array(Sample),
})
export type Reason = typeof Reason.Type

export const Rows = Schema.Struct({ total: Schema.Int, valid: Schema.Int, invalid: Schema.Int })

export const FileReport = Schema.Struct({
  file: Schema.String,
  verdict: Schema.Literals(["valid", "rejected", "skipped"]),
  rows: Rows,
  reasons: Schema.Array(Reason),
})
export type FileReport = typeof FileReport.Type

export const FileReports = Schema.Array(FileReport)
