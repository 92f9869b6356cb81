import { Schema } from "effect"
import { ContractReference } from "./contract-reference.ts"
import { LoadedRows } from "./counts.ts"
import { DatasetId } from "./dataset-id.ts"
import { RunId } from "./run-id.ts"

/** What a run did to one table; `version` is the Delta version that readers see now. */
export const TableResult = Schema.Struct({
  name: Schema.NonEmptyString,
  path: Schema.NonEmptyString,
  version: Schema.Natural,
  rows: Schema.optionalKey(Schema.Natural),
  inserted: Schema.Natural,
  updated: Schema.Natural,
  deleted: Schema.Natural,
  appended: Schema.optionalKey(Schema.Natural),
}).annotate({ identifier: "TableResult" })
export type TableResult = typeof TableResult.Type

/**
 * A date of a KPI table whose figures are those from before, because they could not be computed from its rows: `rows`
 * are some whose values are outside of the contract's bounds.
 */
export const StaleDate = Schema.Struct({
  table: Schema.NonEmptyString,
  date: Schema.String,
  problem: Schema.String,
  rows: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
}).annotate({ identifier: "StaleDate" })
export type StaleDate = typeof StaleDate.Type

const WholeNumber = Schema.Int.annotate({ identifier: "WholeNumber" })

/**
 * A row whose id the tables know with other values. `kept_<column>` is what the tables keep, `<column>` what was sent; a
 * column without such a twin is part of the id.
 */
export const ConflictSample = Schema.Record(
  Schema.String,
  Schema.NullOr(Schema.Union([Schema.String, WholeNumber, Schema.Boolean])),
).annotate({ identifier: "ConflictSample" })
export type ConflictSample = typeof ConflictSample.Type

/** Which engine loads: one of the transformation job's registry, which is open. */
export const Engine = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]*$/u, { expected: "the name of an engine, such as spark" }),
).annotate({ identifier: "Engine" })
export type Engine = typeof Engine.Type

/** `nothing-new`: the tables had every row already. */
export const LoadOutcome = Schema.Literals(["loaded", "nothing-new"]).annotate({ identifier: "LoadOutcome" })
export type LoadOutcome = typeof LoadOutcome.Type

/** `runs/<runId>/transformation/summary.json`. `dates` are the first 366 of the `datesTouched`; seconds in `timings`. */
export const TransformationSummary = Schema.Struct({
  runId: RunId,
  engine: Engine,
  dataset: Schema.optionalKey(DatasetId),
  contract: ContractReference,
  rows: LoadedRows,
  dates: Schema.Array(Schema.String),
  datesTouched: Schema.Natural,
  tables: Schema.Array(TableResult),
  stale: Schema.optionalKey(Schema.Array(StaleDate)),
  /** The first 20 by their ids. */
  conflictSamples: Schema.optionalKey(Schema.Array(ConflictSample)),
  timings: Schema.Record(Schema.String, Schema.Finite),
  outcome: LoadOutcome,
}).annotate({ identifier: "TransformationSummary" })
export type TransformationSummary = typeof TransformationSummary.Type
