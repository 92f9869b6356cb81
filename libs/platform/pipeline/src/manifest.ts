import { Schema } from "effect"
import { EventTime } from "./event-time.ts"
import { ManifestFile } from "./file-version.ts"
import { RunId } from "./run-id.ts"
import { Shard } from "./shards.ts"

/**
 * What a run works on: these versions and nothing else. `shards` split them, in their order, between several runs of the
 * validation job; without it one run judges them all.
 */
export const Manifest = Schema.Struct({
  runId: RunId,
  eventTime: EventTime,
  files: Schema.Array(ManifestFile),
  shards: Schema.optionalKey(Schema.Array(Shard)),
})
export type Manifest = typeof Manifest.Type
