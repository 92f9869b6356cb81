import { Schema } from "effect"

/** How many files of a run ended in which verdict. */
export const FileCounts = Schema.Struct({
  total: Schema.Natural,
  valid: Schema.Natural,
  rejected: Schema.Natural,
  skipped: Schema.Natural,
}).annotate({ identifier: "FileCounts" })
export type FileCounts = typeof FileCounts.Type

/** The rows of one file, as validation found them. */
export const FileRows = Schema.Struct({
  total: Schema.Natural,
  valid: Schema.Natural,
  invalid: Schema.Natural,
}).annotate({ identifier: "FileRows" })
export type FileRows = typeof FileRows.Type

/** The rows of all files of a run, as validation found them; `repeated` are invalid ones that came before in their file. */
export const RunRows = Schema.Struct({
  total: Schema.Natural,
  valid: Schema.Natural,
  invalid: Schema.Natural,
  repeated: Schema.Natural,
}).annotate({ identifier: "RunRows" })
export type RunRows = typeof RunRows.Type

/** What validation handed on to the next step: the source files and their rows, and the bytes of the Parquet they lie in. */
export const ValidatedOutput = Schema.Struct({
  files: Schema.Natural,
  rows: Schema.Natural,
  bytes: Schema.Natural,
}).annotate({ identifier: "ValidatedOutput" })
export type ValidatedOutput = typeof ValidatedOutput.Type

/** What became of a run's validated rows. `in` is the sum of the others. */
export const LoadedRows = Schema.Struct({
  in: Schema.Natural,
  appended: Schema.Natural,
  duplicates: Schema.Natural,
  conflicts: Schema.Natural,
  updated: Schema.Natural,
  /** Of reference data: rows that something newer has taken the place of. */
  superseded: Schema.optionalKey(Schema.Natural),
}).annotate({ identifier: "LoadedRows" })
export type LoadedRows = typeof LoadedRows.Type
