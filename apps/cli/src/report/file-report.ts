/**
 * The verdict on one file, as `validate --json` and `ingest --json` print it. Scripts rely on this shape:
 * it is documented in docs/cli.md and may only grow.
 */
import { FileReason, FileVerdict } from "@pos/pipeline"
import { Schema } from "effect"

export const FileReport = Schema.Struct({
  /** As the user named it. */
  file: Schema.String,
  verdict: FileVerdict.fields.verdict,
  rows: FileVerdict.fields.rows,
  reasons: Schema.Array(FileReason),
})
export type FileReport = typeof FileReport.Type

export const FileReports = Schema.Array(FileReport)
