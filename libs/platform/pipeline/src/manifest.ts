import { Schema } from "effect"
import { DatasetId } from "./dataset-id.ts"
import { EventTime } from "./event-time.ts"
import { ManifestFile } from "./file-version.ts"
import { RunId } from "./run-id.ts"
import { Shard } from "./shards.ts"

/**
 * What a run works on: these versions of files of one dataset, and nothing else. Without `dataset` it is the default one,
 * as in earlier releases. `shards` split them, in their order, between several runs of the
 * validation job; without it one run judges them all.
 */
export const Manifest = Schema.Struct({
  runId: RunId,
  eventTime: EventTime,
  dataset: Schema.optionalKey(DatasetId),
  files: Schema.Array(ManifestFile),
  shards: Schema.optionalKey(Schema.Array(Shard)),
}).annotate({ identifier: "Manifest" })
export type Manifest = typeof Manifest.Type
