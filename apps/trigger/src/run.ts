import { Executions, ObjectStore } from "@pos/aws"
import { ExecutionInput, Manifest, formatUri, runIdOf, runLayout, shardsOf } from "@pos/pipeline"
import { Effect, Schema } from "effect"
import { TriggerSettings } from "./settings.ts"

const encodeManifest = Schema.encodeEffect(Schema.fromJsonString(Manifest))
const encodeInput = Schema.encodeEffect(ExecutionInput)

/**
 * Writes the manifest of files of one dataset, then starts the execution of that name. A repetition writes the same bytes and starts nothing:
 * the run's id is made of what it works on.
 */
export const startRun = Effect.fn("startRun")(function* ({
  dataset,
  eventTime,
  files,
}: Required<Pick<Manifest, "dataset" | "eventTime" | "files">>) {
  const settings = yield* TriggerSettings
  const runId = yield* runIdOf(eventTime, files)
  const place = { bucket: settings.resultsBucket, key: runLayout(runId).manifest }
  const shards = shardsOf(files, settings.shardBytes)
  const split = shards.length > 1 ? { shards } : {}
  const manifest = yield* Effect.orDie(encodeManifest({ runId, eventTime, dataset, files, ...split }))
  yield* ObjectStore.use((store) => store.put(place, manifest, "application/json"))
  const input = yield* Effect.orDie(
    encodeInput({
      eventTime,
      dataset,
      runId,
      manifest: formatUri(place),
      fileCount: files.length,
      shards: shards.length,
      plan: settings.plan,
    }),
  )
  const started = yield* Executions.use((executions) =>
    executions.start({ machine: settings.stateMachine, name: runId, input }),
  )
  yield* Effect.logInfo(started === "started" ? "run started" : "run was started before", {
    runId,
    dataset,
    eventTime,
    fileCount: files.length,
    shards: shards.length,
    manifest: input.manifest,
  })
  return started
})
