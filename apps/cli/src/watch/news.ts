/** What happens in a deployment, as `pos watch` tells it. Scripts rely on these shapes; they may only grow. */
import { RunId } from "@pos/pipeline"
import { FileReport, RunReport } from "@pos/runs/report"
import { Schema } from "effect"

const about = {
  /** When it was seen. */
  at: Schema.String,
  runId: RunId,
  dataset: RunReport.fields.dataset,
}

export const News = Schema.Union([
  /** A run has begun; `files` are the keys that it works on. */
  Schema.Struct({ event: Schema.Literal("begun"), ...about, files: Schema.Array(Schema.String) }),
  /** A file of it has its verdict. */
  Schema.Struct({ event: Schema.Literal("judged"), ...about, file: FileReport }),
  /** It is over. */
  Schema.Struct({
    event: Schema.Literal("ended"),
    ...about,
    status: RunReport.fields.status,
    seconds: Schema.Finite,
    /** New rows; null when nothing was loaded. */
    appended: Schema.NullOr(Schema.Natural),
    failure: RunReport.fields.failure,
  }),
])
export type News = typeof News.Type
