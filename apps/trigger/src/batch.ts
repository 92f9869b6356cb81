import { type EventTime, orderedVersions } from "@pos/pipeline"
import { Effect, Order, Result, Schema } from "effect"
import { emitMetrics } from "./metrics.ts"
import { type Found, readNotification } from "./notification.ts"
import { startRun } from "./run.ts"
import { type BatchResponse, SqsBatch } from "./sqs.ts"

/**
 * One batch of messages: read them all, start one run over the versions that they announce, and name the messages that
 * shall come again: the malformed ones, and when the run could not be started also those that belong to it.
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

  const announcing = good.filter(({ files }) => files.length > 0)
  const started = yield* runOver(announcing)
  const again = [...bad, ...(started.failed ? announcing : [])].map(({ id }) => ({ itemIdentifier: id }))
  yield* emitMetrics({
    FilesReceived: started.files,
    RunsStarted: started.runs,
    ObjectsIgnored: good.reduce((sum, { dropped }) => sum + dropped.length, 0),
    MessagesFailed: again.length,
  })
  return { batchItemFailures: again } satisfies BatchResponse
})

const runOver = Effect.fnUntraced(function* (announcing: ReadonlyArray<Found>) {
  const announced = announcing.flatMap(({ files }) => files)
  const [first, ...rest] = announced.map(({ eventTime }) => eventTime)
  if (first === undefined) return { failed: false, files: 0, runs: 0 }
  const files = orderedVersions(announced)
  const eventTime = rest.reduce(newer, first)
  return yield* startRun(eventTime, files).pipe(
    Effect.map((started) => ({ failed: false, files: files.length, runs: started === "started" ? 1 : 0 })),
    Effect.catchTag("AwsError", (error) =>
      Effect.logError("run not started", { detail: error.message, retryable: error.retryable }).pipe(
        Effect.as({ failed: true, files: files.length, runs: 0 }),
      ),
    ),
  )
})

const newer = Order.max(Order.mapInput(Order.Number, (time: EventTime) => Date.parse(time)))
