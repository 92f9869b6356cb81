import { Schema } from "effect"
import { ContractReference } from "./contract-reference.ts"
import { DatasetId } from "./dataset-id.ts"
import { EventTime } from "./event-time.ts"
import { RunId } from "./run-id.ts"
import { FileLine } from "./validation.ts"

/** What a reason code means, and what its reader can do. */
export const ReasonHelp = Schema.Struct({ meaning: Schema.String, remedy: Schema.String }).annotate({
  identifier: "ReasonHelp",
})
export type ReasonHelp = typeof ReasonHelp.Type

/** The report on a rejected file. `help` explains each reason code of `file`. */
export const RejectedReport = Schema.Struct({
  runId: RunId,
  eventTime: EventTime,
  dataset: Schema.optionalKey(DatasetId),
  contract: ContractReference,
  file: FileLine,
  help: Schema.Record(Schema.String, ReasonHelp),
}).annotate({ identifier: "RejectedReport" })
export type RejectedReport = typeof RejectedReport.Type
