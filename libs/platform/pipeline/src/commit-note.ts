import { Schema } from "effect"
import { LoadedRows } from "./counts.ts"
import { ConflictSample } from "./transformation.ts"

/**
 * What a commit of the transformation job says about itself: `userMetadata` in Delta's log. A load that finds its run in
 * the curated table reads there what it did: `rows`, in `conflicts` the first 20, and how many rows it `removed` because
 * a whole list lacks them. `quarantine` is the file that a repair moved rows to.
 */
export const CommitNote = Schema.Struct({
  runId: Schema.NonEmptyString,
  rows: Schema.optionalKey(LoadedRows),
  conflicts: Schema.optionalKey(Schema.Array(ConflictSample)),
  removed: Schema.optionalKey(Schema.Natural),
  quarantine: Schema.optionalKey(Schema.NonEmptyString),
}).annotate({ identifier: "CommitNote" })
export type CommitNote = typeof CommitNote.Type
