/**
 * The verdict on one file, as `validate --json` and `ingest --json` print it. Scripts rely on this shape:
 * it is documented in docs/cli.md and may only grow.
 */
import { CheckedFile } from "@pos/pipeline"
import { Schema } from "effect"

export const FileReport = CheckedFile
export type FileReport = typeof FileReport.Type

export const FileReports = Schema.Array(FileReport)
