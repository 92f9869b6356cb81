import { Schema } from "effect"

/** A document of a run is not what this version of the programs expects. */
export class RunUnreadable extends Schema.TaggedError<RunUnreadable>()("RunUnreadable", {
  problem: Schema.String,
  remedy: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {}
