/** Somebody who listens to the topic for as long as a try-out takes: a queue of its own, subscribed to it. */
import { ListSubscriptionsByTopicCommand, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns"
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs"
import { type AwsError, call } from "@pos/aws"
import { Clients, Deployment, isDenied, NotChecked, Problem, smokeQueues } from "@pos/deployment"
import { Context, Duration, Effect, Layer, Schema } from "effect"
import { Attempt, awaited } from "./attempt.ts"

const Envelope = Schema.fromJsonString(Schema.Struct({ Message: Schema.String }))

/** Messages of the topic. */
export class Listener extends Context.Service<
  Listener,
  {
    /** Waits for a message that matches; `what` it is in words. */
    readonly told: (words: RegExp, what: string) => Effect.Effect<string, Problem | NotChecked | AwsError, Attempt>
  }
>()("@pos/infra/smoke/Listener") {
  static readonly layer = Layer.effect(
    Listener,
    Effect.suspend(() => listen),
  )
}

const listen = Effect.gen(function* () {
  const { sqs } = yield* Clients
  const { outputs } = yield* Deployment
  const { messagePatience } = yield* Attempt
  const opened = yield* Effect.acquireRelease(Effect.result(open), (queue) =>
    queue._tag === "Success" ? Effect.ignore(close(queue.success)) : Effect.void,
  )
  const messages: Array<string> = []
  const receive = (url: string) =>
    Effect.gen(function* () {
      const { Messages = [] } = yield* call("receiving messages", (signal) =>
        sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }), signal),
      )
      for (const { Body, ReceiptHandle } of Messages) {
        const envelope = Schema.decodeUnknownOption(Envelope)(Body)
        messages.push(envelope._tag === "Some" ? envelope.value.Message : (Body ?? ""))
        yield* call("taking a message off the queue", (signal) =>
          sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }), signal),
        )
      }
    })
  return Listener.of({
    told: (words, what) =>
      Effect.gen(function* () {
        if (opened._tag === "Failure") {
          return yield* new NotChecked({
            reason: `Whether ${what} arrives can't be seen: ${opened.failure.message}. docs/deploying.md lists the rights.`,
          })
        }
        const { url } = opened.success
        const look = Effect.gen(function* () {
          const found = messages.find((message) => words.test(message))
          if (found !== undefined) return found
          yield* receive(url)
          return messages.find((message) => words.test(message))
        })
        const found = yield* awaited(look, messagePatience)
        if (found !== undefined) return found
        return yield* new Problem({
          what: `${what} did not reach the topic ${outputs.TopicArn} within ${Duration.format(messagePatience)}.`,
          next: "Look at the topic's policy and its key's (check topic), and at the rules of the stack in EventBridge.",
        })
      }),
  })
})

interface Queue {
  readonly url: string
  readonly subscription: string
}

const open = Effect.gen(function* () {
  const { sns, sqs } = yield* Clients
  const { outputs, stack } = yield* Deployment
  const { stamp } = yield* Attempt
  const name = `${smokeQueues(stack)}${stamp}`
  const { account } = yield* (yield* Deployment).identity
  const arn = `arn:${outputs.TopicArn.split(":")[1]}:sqs:${outputs.TopicArn.split(":")[3]}:${account}:${name}`
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arn,
        Condition: { ArnEquals: { "aws:SourceArn": outputs.TopicArn } },
      },
    ],
  })
  const { QueueUrl: url = "" } = yield* call(`making the queue ${name}`, (signal) =>
    sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: { Policy, MessageRetentionPeriod: "3600" } }),
      signal,
    ),
  )
  const { SubscriptionArn: subscription = "" } = yield* call(`subscribing the queue ${name}`, (signal) =>
    sns.send(
      new SubscribeCommand({ TopicArn: outputs.TopicArn, Protocol: "sqs", Endpoint: arn, ReturnSubscriptionArn: true }),
      signal,
    ),
  ).pipe(Effect.tapError(() => Effect.ignore(deleteQueue(url))))
  return { url, subscription } satisfies Queue
})

const deleteQueue = (url: string) =>
  Clients.use(({ sqs }) =>
    call(`deleting the queue ${url}`, (signal) => sqs.send(new DeleteQueueCommand({ QueueUrl: url }), signal)),
  )

const unsubscribe = (arn: string) =>
  Clients.use(({ sns }) =>
    call(`ending the subscription ${arn}`, (signal) =>
      sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }), signal),
    ),
  )

const close = ({ subscription, url }: Queue) =>
  Effect.andThen(Effect.ignore(unsubscribe(subscription)), Effect.ignore(deleteQueue(url)))

/** Ends what listeners of killed attempts have left: only queues and subscriptions that bear their name. */
export const dropOldListeners = Effect.gen(function* () {
  const { sns, sqs } = yield* Clients
  const { outputs, stack } = yield* Deployment
  const { QueueUrls = [] } = yield* call("listing queues", (signal) =>
    sqs.send(new ListQueuesCommand({ QueueNamePrefix: smokeQueues(stack) }), signal),
  )
  if (QueueUrls.length === 0) return
  const { Subscriptions = [] } = yield* call("listing subscriptions", (signal) =>
    sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: outputs.TopicArn }), signal),
  )
  for (const { Endpoint, SubscriptionArn } of Subscriptions) {
    const own = Endpoint?.split(":").at(-1)?.startsWith(smokeQueues(stack)) === true
    if (own && SubscriptionArn?.startsWith("arn:") === true) yield* unsubscribe(SubscriptionArn)
  }
  for (const url of QueueUrls) {
    const { Attributes } = yield* call("describing a queue", (signal) =>
      sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }), signal),
    )
    if (Attributes?.["QueueArn"]?.split(":").at(-1)?.startsWith(smokeQueues(stack)) === true) yield* deleteQueue(url)
  }
}).pipe(
  // Who may not listen has left nothing.
  Effect.catchIf(isDenied, () => Effect.void),
)
