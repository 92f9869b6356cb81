/** What `pos plan --rejudge … --json` adds. Scripts rely on this shape; it may only grow. */
import { DatasetId, FileReason, FileRows, RunId, Verdict } from "@pos/pipeline"
import { Schema } from "effect"

/** What another contract would do to the kept files of one dataset. */
const OfDataset = Schema.Struct({
  dataset: DatasetId,
  runs: Schema.Natural,
  /** Files that were judged again. */
  files: Schema.Natural,
  /** Files that are no longer kept, or that nobody can read. */
  gone: Schema.Natural,
  newlyRejected: Schema.Natural,
  newlyAccepted: Schema.Natural,
  /** By file: how many more of its rows are invalid, or how many fewer. */
  rows: Schema.Struct({ newlyInvalid: Schema.Natural, newlyValid: Schema.Natural }),
})
export type OfDataset = typeof OfDataset.Type

const Flip = Schema.Struct({
  dataset: DatasetId,
  runId: RunId,
  file: Schema.String,
  versionId: Schema.NullOr(Schema.String),
  /** By the deployed contract and by this checkout's. */
  before: Verdict,
  after: Verdict,
  /** What the run said when the file came; null where it never said so. */
  recorded: Schema.NullOr(Verdict),
  rows: Schema.Struct({ before: FileRows, after: FileRows }),
  /** Why it is rejected, by the contract that rejects it. */
  reasons: Schema.Array(FileReason),
})
export type Flip = typeof Flip.Type

const OfKpi = Schema.Struct({
  dataset: DatasetId,
  kpi: Schema.String,
  /** The measures that both contracts have and that were compared. */
  measures: Schema.Array(Schema.String),
  /** How many of their values differ. */
  differences: Schema.Natural,
  /** Dates that one of the two could not compute. */
  stale: Schema.Natural,
  /** Why it was not compared; null where it was. */
  notCompared: Schema.NullOr(Schema.String),
})
export type OfKpi = typeof OfKpi.Type

const Difference = Schema.Struct({
  dataset: DatasetId,
  kpi: Schema.String,
  /** The values of the row's key. */
  group: Schema.Record(Schema.String, Schema.NullOr(Schema.String)),
  measure: Schema.String,
  /** Null where there is no such row, or no value. */
  before: Schema.NullOr(Schema.String),
  after: Schema.NullOr(Schema.String),
  /** `after` less `before`, where nothing counts as 0; null where the measure is no number. */
  difference: Schema.NullOr(Schema.String),
})
export type Difference = typeof Difference.Type

export const Rejudged = Schema.Struct({
  /** The moment from which on runs were looked at. */
  since: Schema.String,
  datasets: Schema.Array(OfDataset),
  /** Datasets whose contract is the deployed one, so that nothing can change. */
  unchanged: Schema.Array(DatasetId),
  /** Datasets that only one of the two contracts has. */
  notCompared: Schema.Array(DatasetId),
  /** The files whose verdict is another one: all, or as many as `--limit` says. */
  flips: Schema.Array(Flip),
  kpis: Schema.Array(OfKpi),
  /** The values that differ, the largest difference first: all, or as many as `--limit` says. */
  differences: Schema.Array(Difference),
})
export type Rejudged = typeof Rejudged.Type
