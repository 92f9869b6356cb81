import { emitMetrics } from "@pos/lambda-runtime"
import { type DatasetId, datasetOfKey, type EventTime, orderedVersions } from "@pos/pipeline"
import { Array, Effect, Order, Result, Schema } from "effect"
import { type AnnouncedFile, readNotification } from "./notification.ts"
import { startRun } from "./run.ts"
import { TriggerSettings } from "./settings.ts"
import { type BatchResponse, SqsBatch } from "./sqs.ts"

/**
 * One batch of messages: read them all, start one run for each dataset over the versions that they announce, and name the
 * messages that shall come again: the malformed ones, and those with a file of a run that could not be started.
 */
export const onBatch = Effect.fn("onBatch")(function* (event: unknown) {
  const { Records: messages } = yield* Schema.decodeUnknownEffect(SqsBatch)(event)
  const read = yield* Effect.forEach(messages, (message) =>
    readNotification(message.body).pipe(
      Effect.result,
      Effect.map((result) => ({ id: message.messageId, result })),
    ),
  )
  const good = read.flatMap(({ id, result }) => (Result.isSuccess(result) ? [{ id, ...result.success }] : []))
  const bad = read.flatMap(({ id, result }) => (Result.isFailure(result) ? [{ id, error: result.failure }] : []))
  yield* Effect.forEach(bad, ({ error, id }) =>
    Effect.logError("message refused", { messageId: id, detail: error.detail }),
  )
  yield* Effect.forEach(good, ({ dropped, id }) =>
    Effect.forEach(dropped, ({ key, why }) => Effect.logInfo("object ignored", { messageId: id, key, why })),
  )

  const { datasets, stage } = yield* TriggerSettings
  const announced = good.flatMap(({ files }) => files)
  const datasetOf = ({ key }: AnnouncedFile) => datasetOfKey(key, datasets)
  const runs = yield* Effect.forEach(Object.entries(Array.groupBy(announced, datasetOf)), ([dataset, files]) =>
    runOver(dataset, files),
  )
  const failed = new Set(runs.flatMap((run) => (run.failed ? [run.dataset] : [])))
  const waiting = good.filter(({ files }) => files.some((file) => failed.has(datasetOf(file))))
  const again = [...bad, ...waiting].map(({ id }) => ({ itemIdentifier: id }))
  const sum = (count: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + count(run), 0)
  const emitted = { job: "trigger", stage } as const
  yield* emitMetrics({
    ...emitted,
    counts: {
      FilesReceived: sum(({ files }) => files),
      RunsStarted: sum(({ started }) => started),
      ObjectsIgnored: good.reduce((total, { dropped }) => total + dropped.length, 0),
      MessagesFailed: again.length,
    },
  })
  yield* Effect.forEach(runs, ({ dataset, files, started }) =>
    emitMetrics({ ...emitted, dataset, counts: { FilesReceived: files, RunsStarted: started } }),
  )
  return { batchItemFailures: again } satisfies BatchResponse
})

const runOver = Effect.fnUntraced(function* (
  dataset: DatasetId,
  announced: Array.NonEmptyReadonlyArray<AnnouncedFile>,
) {
  const files = orderedVersions(announced)
  const [first, ...rest] = Array.map(announced, ({ eventTime }) => eventTime)
  const eventTime = rest.reduce(newer, first)
  return yield* startRun({ dataset, eventTime, files }).pipe(
    Effect.map((outcome) => ({ dataset, failed: false, files: files.length, started: outcome === "started" ? 1 : 0 })),
    Effect.catchTag("AwsError", (error) =>
      Effect.logError("run not started", { dataset, detail: error.message, retryable: error.retryable }).pipe(
        Effect.as({ dataset, failed: true, files: files.length, started: 0 }),
      ),
    ),
  )
})

const newer = Order.max(Order.mapInput(Order.Number, (time: EventTime) => Date.parse(time)))
