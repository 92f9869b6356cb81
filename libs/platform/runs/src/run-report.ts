/** A run as `ingest --json` and `runs RUN --json` print it. Scripts rely on this shape; it may only grow. Pure. */
import type { Execution, ExecutionEnd } from "@pos/aws"
import {
  DatasetId,
  ExecutionInput,
  Failure,
  RunId,
  TableResult,
  TransformationSummary,
  ValidationSummary,
} from "@pos/pipeline"
import { Option, Schema } from "effect"
import { FileReport } from "./file-report.ts"
import { Conflict } from "./conflicts.ts"

const Seconds = Schema.Record(Schema.String, Schema.Finite)

export const RunReport = Schema.Struct({
  runId: RunId,
  /** Null when nothing names it, as in runs of earlier releases, which were about the default one, and for runs about several. */
  dataset: Schema.NullOr(DatasetId),
  /** Step Functions' own word. */
  status: Schema.Literals(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]),
  /** `nothing-new`: no row was loaded, as the tables hold each of them, or something newer, already. Null when nothing was transformed. */
  outcome: Schema.NullOr(TransformationSummary.fields.outcome),
  started: Schema.String,
  /** From its start to its end, or to now. */
  seconds: Schema.Finite,
  files: Schema.Array(Schema.Struct({ ...FileReport.fields, key: Schema.String })),
  rows: Schema.NullOr(
    Schema.Struct({
      ...ValidationSummary.fields.rows.fields,
      /** Null when nothing was transformed. */
      appended: Schema.NullOr(Schema.Natural),
      duplicates: Schema.NullOr(Schema.Natural),
      conflicts: Schema.NullOr(Schema.Natural),
      updated: Schema.NullOr(Schema.Natural),
      /** Of reference data: rows that something newer has taken the place of. */
      superseded: Schema.optionalKey(Schema.Natural),
    }),
  ),
  tables: Schema.Array(TableResult),
  /** The first of the rows that `rows.conflicts` counts: at most 20 a run. */
  conflicts: Schema.Array(Conflict),
  /** Dates of KPI tables that could not be computed, in this run or before it: their figures are those from before. */
  stale: Schema.Array(Schema.Struct({ table: Schema.String, date: Schema.String, problem: Schema.String })),
  timings: Schema.Struct({ validation: Schema.NullOr(Seconds), transformation: Schema.NullOr(Seconds) }),
  /** Why the run failed; null when it did not. */
  failure: Schema.NullOr(
    Schema.Struct({ reason: Schema.String, evidence: Schema.Array(Schema.String), next: Schema.String }),
  ),
})
export type RunReport = typeof RunReport.Type

const decodeRunId = Schema.decodeUnknownOption(RunId)
const decodeInput = Schema.decodeUnknownOption(Schema.fromJsonString(ExecutionInput))
const decodeFailure = Schema.decodeUnknownOption(Schema.fromJsonString(Failure))

/** The run of an execution; undefined for executions that were started by hand under another name. */
export const runIdOfExecution = ({ name }: Execution): RunId | undefined => Option.getOrUndefined(decodeRunId(name))

/** The dataset that an execution was started for. */
export const datasetOf = ({ input }: ExecutionEnd): DatasetId | undefined =>
  Option.getOrUndefined(decodeInput(input))?.dataset

/** The words of a failed execution: those of its Fail state, or whatever Step Functions says. */
export const failureOf = ({ status, error, cause }: ExecutionEnd): RunReport["failure"] => {
  if (status === "RUNNING" || status === "SUCCEEDED") return null
  const failure = Option.getOrUndefined(decodeFailure(cause))
  if (failure) return { reason: failure.reason, evidence: failure.evidence, next: failure.next }
  const words = [error, cause].filter((part) => part !== undefined && part !== "").join(": ")
  return { reason: words === "" ? `The run ended as ${status}.` : words, evidence: [], next: "" }
}
