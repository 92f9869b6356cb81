import { Schema } from "effect"
import { ContractReference } from "./contract-reference.ts"
import { FileCounts, FileRows, RunRows, ValidatedOutput } from "./counts.ts"
import { DatasetId } from "./dataset-id.ts"
import { EventTime } from "./event-time.ts"
import { FileReason, ReasonTotal } from "./reasons.ts"
import { RunId } from "./run-id.ts"

/** `skipped`: this version is no longer in the source, because an earlier run dealt with it. */
export const Verdict = Schema.Literals(["valid", "rejected", "skipped"]).annotate({ identifier: "Verdict" })
export type Verdict = typeof Verdict.Type

/** A format that files may have: one of the validation job's registry, which is open. */
export const FileFormat = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9]*$/u, { expected: "the name of a format, such as csv" }),
).annotate({ identifier: "FileFormat" })
export type FileFormat = typeof FileFormat.Type

/** How files may be packed. */
export const Compression = Schema.Literals(["none", "gzip"]).annotate({ identifier: "Compression" })
export type Compression = typeof Compression.Type

/** `runs/<runId>/validation/summary.json`: small whatever the input. Seconds in `timings`. */
export const ValidationSummary = Schema.Struct({
  runId: RunId,
  eventTime: EventTime,
  dataset: Schema.optionalKey(DatasetId),
  contract: ContractReference,
  files: FileCounts,
  rows: RunRows,
  reasons: Schema.Array(ReasonTotal),
  validated: ValidatedOutput,
  timings: Schema.Record(Schema.String, Schema.Finite),
}).annotate({ identifier: "ValidationSummary" })
export type ValidationSummary = typeof ValidationSummary.Type

/**
 * One line of `runs/<runId>/validation/files.jsonl`. `validated`, `rejected` and `report` are URIs. A rejected file
 * without a URI of its own could not be read, and stays in the source. Earlier releases did not tell of the report.
 */
export const FileLine = Schema.Struct({
  file: Schema.NonEmptyString,
  bucket: Schema.NonEmptyString,
  versionId: Schema.NullOr(Schema.String),
  verdict: Verdict,
  format: Schema.NullOr(FileFormat),
  compression: Schema.NullOr(Compression),
  size: Schema.Natural,
  rows: FileRows,
  reasons: Schema.Array(FileReason),
  validated: Schema.NullOr(Schema.String),
  /** Of a small file whose rows share `validated` with those of others: its number among them, as its rows have it. */
  member: Schema.optionalKey(Schema.Natural),
  /** Of a large file: files with many rows of one date, as the table has them. `validated` has the other rows. */
  parts: Schema.optionalKey(Schema.Array(Schema.String)),
  rejected: Schema.NullOr(Schema.String),
  report: Schema.optionalKey(Schema.NullOr(Schema.String)),
}).annotate({ identifier: "FileLine" })
export type FileLine = typeof FileLine.Type

/** Files on somebody's machine to be checked, which belong to one dataset: a line of what the check is given. */
export const FilesToCheck = Schema.Struct({
  dataset: DatasetId,
  files: Schema.Array(Schema.String),
}).annotate({ identifier: "FilesToCheck" })
export type FilesToCheck = typeof FilesToCheck.Type

/** What a check of a file on somebody's machine says: `file` is its path there. */
export const CheckedFile = Schema.Struct({
  file: Schema.String,
  verdict: Verdict,
  rows: FileRows,
  reasons: Schema.Array(FileReason),
}).annotate({ identifier: "CheckedFile" })
export type CheckedFile = typeof CheckedFile.Type
