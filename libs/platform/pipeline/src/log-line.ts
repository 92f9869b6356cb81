import { Schema } from "effect"
import { JobName } from "./metrics.ts"

/** How much a line of a log matters. */
export const LogLevel = Schema.Literals(["info", "warning", "error"]).annotate({ identifier: "LogLevel" })
export type LogLevel = typeof LogLevel.Type

/**
 * What each line of a job's log has, but for lines of metrics. `event` says what happened, and beside it stands what
 * belongs to that event.
 */
export const LogLine = Schema.StructWithRest(
  Schema.Struct({
    time: Schema.NonEmptyString,
    level: LogLevel,
    job: JobName,
    runId: Schema.String,
    event: Schema.NonEmptyString,
  }),
  [Schema.Record(Schema.String, Schema.Unknown)],
)
export type LogLine = typeof LogLine.Type
