import { Schema } from "effect"
import { ContractReference } from "./contract-reference.ts"
import { DatasetId } from "./dataset-id.ts"
import { EventTime } from "./event-time.ts"
import { FileReason, ReasonTotal } from "./reasons.ts"
import { RunId } from "./run-id.ts"

/** `skipped`: this version is no longer in the source, because an earlier run dealt with it. */
export const Verdict = Schema.Literals(["valid", "rejected", "skipped"])
export type Verdict = typeof Verdict.Type

/** `runs/<runId>/validation/summary.json`: small whatever the input. Seconds in `timings`. */
export const ValidationSummary = Schema.Struct({
  runId: RunId,
  eventTime: EventTime,
  dataset: Schema.optionalKey(DatasetId),
  contract: ContractReference,
  files: Schema.Struct({
    total: Schema.Natural,
    valid: Schema.Natural,
    rejected: Schema.Natural,
    skipped: Schema.Natural,
  }),
  rows: Schema.Struct({
    total: Schema.Natural,
    valid: Schema.Natural,
    invalid: Schema.Natural,
    repeated: Schema.Natural,
  }),
  reasons: Schema.Array(ReasonTotal),
  validated: Schema.Struct({ files: Schema.Natural, rows: Schema.Natural, bytes: Schema.Natural }),
  timings: Schema.Record(Schema.String, Schema.Finite),
})
export type ValidationSummary = typeof ValidationSummary.Type

/**
 * One line of `runs/<runId>/validation/files.jsonl`. `validated`, `rejected` and `report` are URIs. A rejected file
 * without a URI of its own could not be read, and stays in the source. Earlier releases did not tell of the report.
 */
export const FileVerdict = Schema.Struct({
  file: Schema.NonEmptyString,
  bucket: Schema.NonEmptyString,
  versionId: Schema.NullOr(Schema.String),
  verdict: Verdict,
  format: Schema.NullOr(Schema.Literals(["csv", "jsonl", "parquet"])),
  compression: Schema.NullOr(Schema.Literals(["none", "gzip"])),
  size: Schema.Natural,
  rows: Schema.Struct({ total: Schema.Natural, valid: Schema.Natural, invalid: Schema.Natural }),
  reasons: Schema.Array(FileReason),
  validated: Schema.NullOr(Schema.String),
  rejected: Schema.NullOr(Schema.String),
  report: Schema.optionalKey(Schema.NullOr(Schema.String)),
})
export type FileVerdict = typeof FileVerdict.Type
