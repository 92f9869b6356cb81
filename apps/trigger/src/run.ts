import { Executions, ObjectStore } from "@pos/aws"
import {
  type EventTime,
  ExecutionInput,
  Manifest,
  type ManifestFile,
  formatUri,
  runIdOf,
  runLayout,
  shardsOf,
} from "@pos/pipeline"
import { Effect, Schema } from "effect"
import { Settings } from "./settings.ts"

const encodeManifest = Schema.encodeEffect(Schema.fromJsonString(Manifest))
const encodeInput = Schema.encodeEffect(ExecutionInput)

/**
 * Writes the manifest, then starts the execution of that name. A repetition writes the same bytes and starts nothing:
 * the run's id is made of what it works on.
 */
export const startRun = Effect.fn("startRun")(function* (eventTime: EventTime, files: ReadonlyArray<ManifestFile>) {
  const settings = yield* Settings
  const runId = yield* runIdOf(eventTime, files)
  const place = { bucket: settings.resultsBucket, key: runLayout(runId).manifest }
  const shards = shardsOf(files, settings.shardBytes)
  const split = shards.length > 1 ? { shards } : {}
  const manifest = yield* Effect.orDie(encodeManifest({ runId, eventTime, files, ...split }))
  yield* ObjectStore.use((store) => store.put(place, manifest, "application/json"))
  const input = yield* Effect.orDie(
    encodeInput({ eventTime, runId, manifest: formatUri(place), fileCount: files.length, shards: shards.length }),
  )
  const started = yield* Executions.use((executions) =>
    executions.start({ machine: settings.stateMachine, name: runId, input }),
  )
  yield* Effect.logInfo(started === "started" ? "run started" : "run was started before", {
    runId,
    eventTime,
    fileCount: files.length,
    shards: shards.length,
    manifest: input.manifest,
  })
  return started
})
