import { Schema } from "effect"
import { FileCounts, LoadedRows } from "./counts.ts"
import { DatasetId } from "./dataset-id.ts"
import { EventTime } from "./event-time.ts"
import { RunId } from "./run-id.ts"
import { TableResult } from "./transformation.ts"

/**
 * What the trigger starts an execution with. Pointers only, since Step Functions carries at most 256 KB. `shards` is how
 * many the manifest has; without it there is one. Without `dataset` it is the default one, as in earlier releases. `plan` is where
 * the plan lies that was deployed when the run began, and that it goes through to its end with; without it, the plan of the state
 * machine that the execution began with.
 */
export const ExecutionInput = Schema.Struct({
  eventTime: EventTime,
  dataset: Schema.optionalKey(DatasetId),
  runId: RunId,
  manifest: Schema.NonEmptyString,
  fileCount: Schema.Natural,
  shards: Schema.optionalKey(Schema.Natural.check(Schema.isGreaterThan(0))),
  plan: Schema.optionalKey(Schema.NonEmptyString),
}).annotate({ identifier: "ExecutionInput" })
export type ExecutionInput = typeof ExecutionInput.Type

/**
 * What an execution that did not fail ends with. `NothingNew`: every file was handled by an earlier run, or every row
 * stands in the tables already. `rows` and `tables` are there when the transformation job ran.
 */
export const ExecutionOutput = Schema.Struct({
  outcome: Schema.Literals(["Succeeded", "NothingNew"]),
  runId: RunId,
  dataset: Schema.optionalKey(DatasetId),
  eventTime: EventTime,
  files: FileCounts,
  rows: Schema.optionalKey(LoadedRows),
  datesTouched: Schema.optionalKey(Schema.Natural),
  tables: Schema.optionalKey(Schema.Array(TableResult)),
}).annotate({ identifier: "ExecutionOutput" })
export type ExecutionOutput = typeof ExecutionOutput.Type

/**
 * Why an execution failed: the cause of its Fail state, as JSON. `evidence` are S3 URIs and console or log pointers,
 * `next` is the command to run.
 */
export const Failure = Schema.Struct({
  runId: RunId,
  dataset: Schema.optionalKey(DatasetId),
  reason: Schema.String,
  evidence: Schema.Array(Schema.String),
  next: Schema.String,
}).annotate({ identifier: "Failure" })
export type Failure = typeof Failure.Type
