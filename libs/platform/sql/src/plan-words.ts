/**
 * The words of a plan: descriptions, and the sentences of reports. Nothing that is executed depends on them, so that they are
 * a document of their own, beside the plan. It has the plan's shape: the plans of earlier releases, which held their words
 * themselves, are read as words, too.
 */
import { Schema } from "effect"

/** A column as a file's header names it. */
const FileColumnWords = Schema.Struct({
  name: Schema.String,
  description: Schema.String,
  unit: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "FileColumnWords" })

const ReasonWords = Schema.Struct({
  /** What is wrong with this value; `{column}`, `{value}` and `{detail}` are filled in for each finding. */
  message: Schema.String,
  meaning: Schema.String,
  remedy: Schema.String,
}).annotate({ identifier: "ReasonWords" })

const TableColumnWords = Schema.Struct({ name: Schema.String, comment: Schema.String }).annotate({
  identifier: "TableColumnWords",
})

const CuratedWords = Schema.Struct({ name: Schema.String, columns: Schema.Array(TableColumnWords) }).annotate({
  identifier: "CuratedWords",
})

const KpiWords = Schema.Struct({
  name: Schema.String,
  description: Schema.String,
  columns: Schema.Array(TableColumnWords),
  ratios: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({ name: Schema.String, description: Schema.String }).annotate({ identifier: "RatioWords" }),
    ),
  ),
}).annotate({ identifier: "KpiWords" })

/** The words of one dataset. */
export const DatasetWords = Schema.Struct({
  contract: Schema.Struct({ description: Schema.String }).annotate({ identifier: "ContractWords" }),
  columns: Schema.Array(FileColumnWords),
  /** By code: that of each reason in the plan. */
  reasons: Schema.Record(Schema.String, ReasonWords),
  tables: Schema.Struct({ curated: CuratedWords, kpis: Schema.Array(KpiWords) }).annotate({ identifier: "TableWords" }),
}).annotate({ identifier: "DatasetWords" })
export type DatasetWords = typeof DatasetWords.Type

/** `words.json`. */
export const Words = Schema.Struct({
  format: Schema.Literal("pos-words/1"),
  /** By id, in the order of the registry. */
  datasets: Schema.Record(Schema.String, DatasetWords),
}).annotate({ identifier: "WordsDocument" })
export type Words = typeof Words.Type
