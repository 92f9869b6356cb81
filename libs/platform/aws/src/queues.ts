import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"
import { Array, Context, Effect, Layer } from "effect"
import { AwsConnection } from "./connection.ts"
import { AwsError } from "./errors.ts"
import { call, retries, scoped } from "./internal/call.ts"

/** SQS takes ten messages in one request. */
const atOnce = 10

/** Queues of SQS. */
export class Queues extends Context.Service<
  Queues,
  {
    /** Sends each text as a message of its own. What was sent before an error stays sent. */
    readonly send: (url: string, bodies: ReadonlyArray<string>) => Effect.Effect<void, AwsError>
    /** How many messages wait, as far as SQS knows. */
    readonly waiting: (url: string) => Effect.Effect<number, AwsError>
  }
>()("@pos/aws/Queues") {
  static readonly layer = Layer.effect(
    Queues,
    Effect.gen(function* () {
      const options = yield* AwsConnection
      // The queue's URL has a host of its own, and a local AWS may have moved to another port since.
      const client = yield* scoped(() => new SQSClient({ ...options, ...retries, useQueueUrlAsEndpoint: false }))

      const send = Effect.fn("Queues.send")(function* (url: string, bodies: ReadonlyArray<string>) {
        const operation = `sending messages to ${url}`
        for (const some of Array.chunksOf(bodies, atOnce)) {
          const Entries = some.map((MessageBody, at) => ({ Id: String(at), MessageBody }))
          const { Failed = [] } = yield* call(operation, (signal) =>
            client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }), signal),
          )
          const [refused] = Failed
          if (refused === undefined) continue
          return yield* new AwsError({
            operation,
            code: refused.Code ?? "Error",
            detail: refused.Message ?? "a message was refused",
            retryable: refused.SenderFault !== true,
            cause: refused,
          })
        }
      })

      const waiting = Effect.fn("Queues.waiting")(function* (url: string) {
        const { Attributes = {} } = yield* call(`asking how many messages wait in ${url}`, (signal) =>
          client.send(
            new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["ApproximateNumberOfMessages"] }),
            signal,
          ),
        )
        return Number(Attributes["ApproximateNumberOfMessages"] ?? 0)
      })

      return Queues.of({ send, waiting })
    }),
  )
}
