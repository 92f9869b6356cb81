import { Schema } from "effect"
import { EventTime } from "./event-time.ts"
import { ManifestFile } from "./file-version.ts"
import { RunId } from "./run-id.ts"

/** What a run works on: these versions and nothing else. */
export const Manifest = Schema.Struct({
  runId: RunId,
  eventTime: EventTime,
  files: Schema.Array(ManifestFile),
})
export type Manifest = typeof Manifest.Type
