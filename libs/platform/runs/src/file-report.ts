/**
 * The verdict on one file, as `validate --json` and `ingest --json` print it. Scripts rely on this shape:
 * it is documented in docs/cli.md and may only grow.
 */
import { CheckedFile, DatasetId } from "@pos/pipeline"
import { Schema } from "effect"

export const FileReport = Schema.Struct({
  ...CheckedFile.fields,
  /** What it was judged as; absent in what the checker itself prints. */
  dataset: Schema.optionalKey(DatasetId),
})
export type FileReport = typeof FileReport.Type

export const FileReports = Schema.Array(FileReport)
