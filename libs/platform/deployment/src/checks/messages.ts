/** Whether people would be told: subscriptions, the topic's policy, alarms. */
import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch"
import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic, type Subscription } from "@aws-sdk/client-sns"
import { type AwsError, call, toAwsError } from "@pos/aws"
import { Effect, Schema } from "effect"
import { type Check, listed, NotChecked, Problem } from "../check.ts"
import { Clients } from "../clients.ts"
import { Deployment } from "../deployment.ts"
import { counted } from "../internal/text.ts"

export const subscriptions: Check<Deployment | Clients> = {
  name: "subscriptions",
  title: "subscriptions are confirmed",
  prove: Effect.gen(function* () {
    const { outputs, stack, stage } = yield* Deployment
    // A queue that a try-out listens by is nobody.
    const listener = `:${smokeQueues(stack)}`
    const all = yield* subscriptionsOf(outputs.TopicArn)
    const found = all.filter(({ Endpoint }) => Endpoint?.includes(listener) !== true)
    const waiting = found.filter(({ SubscriptionArn }) => !SubscriptionArn?.startsWith("arn:"))
    if (waiting.length > 0) {
      const who = listed(waiting.map(({ Endpoint, Protocol }) => `${Protocol} ${Endpoint}`))
      return yield* new Problem({
        what: `${counted(waiting.length, "subscription")} to ${outputs.TopicArn} not confirmed: ${who}.`,
        next: "Nothing is sent there until the link in AWS' own message (subject “AWS Notification - Subscription Confirmation”) is opened; it is valid for two days, after that subscribe again.",
      })
    }
    if (found.length > 0) return counted(found.length, "subscription")
    return yield* new NotChecked({
      reason: `Nobody is subscribed to ${outputs.TopicArn}, so that nobody is told of incidents: set email= for the stage ${stage}, or subscribe somebody.`,
    })
  }),
}

/** The beginning of the names of the queues by which a try-out of the stack listens to its topic. */
export const smokeQueues = (stack: string): string => `${stack}-smoke-`

const subscriptionsOf = Effect.fnUntraced(function* (topic: string) {
  const { sns } = yield* Clients
  return yield* Effect.tryPromise({
    try: async () => {
      const found: Array<Subscription> = []
      for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic })) {
        found.push(...(page.Subscriptions ?? []))
      }
      return found
    },
    catch: (cause) => toAwsError(`listing the subscriptions to ${topic}`, cause),
  })
})

const Statement = Schema.Struct({
  Effect: Schema.String,
  Principal: Schema.optionalKey(Schema.Unknown),
  Action: Schema.optionalKey(Schema.Unknown),
  Condition: Schema.optionalKey(Schema.Unknown),
})
const Policy = Schema.fromJsonString(Schema.Struct({ Statement: Schema.Array(Statement) }))

/** AWS drops what EventBridge publishes to a topic whose statement for it has conditions, and reports success. */
export const topic: Check<Deployment | Clients> = {
  name: "topic",
  title: "alarms and events may publish",
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const { sns } = yield* Clients
    const { Attributes = {} } = yield* call(`describing the topic ${outputs.TopicArn}`, (signal) =>
      sns.send(new GetTopicAttributesCommand({ TopicArn: outputs.TopicArn }), signal),
    ).pipe(
      Effect.catchIf(
        (error) => error.code.startsWith("NotFound"),
        () =>
          Effect.fail(
            new Problem({
              what: `The topic ${outputs.TopicArn} is gone.`,
              next: "Deploy the stack again after its drift is mended.",
            }),
          ),
      ),
    )
    const { Statement: statements } = yield* Schema.decodeUnknownEffect(Policy)(Attributes["Policy"]).pipe(
      Effect.mapError((cause) => new NotChecked({ reason: `The topic's policy can't be read: ${cause.message}.` })),
    )
    const allowing = (service: string) =>
      statements.filter((one) => one.Effect === "Allow" && JSON.stringify(one.Principal ?? {}).includes(`"${service}"`))
    for (const [service, what] of [
      ["events.amazonaws.com", "runs that end without a word, failed maintenance"],
      ["cloudwatch.amazonaws.com", "alarms"],
    ] as const) {
      if (allowing(service).length === 0) {
        return yield* new Problem({
          what: `The policy of ${outputs.TopicArn} does not let ${service} publish (${what}).`,
          next: "Deploy the stack again.",
        })
      }
    }
    if (allowing("events.amazonaws.com").every((one) => one.Condition !== undefined)) {
      return yield* new Problem({
        what: `The policy of ${outputs.TopicArn} holds events.amazonaws.com to a condition, and AWS drops such messages silently.`,
        next: "Deploy the stack again.",
      })
    }
    return "CloudWatch and EventBridge, the latter without a condition"
  }),
}

export interface Alarm {
  readonly name: string
  readonly state: string
  readonly enabled: boolean
  readonly actions: ReadonlyArray<string>
}

/** The stack's alarms as CloudWatch has them. */
export const alarmsOf = Effect.fnUntraced(function* () {
  const { stack } = yield* Deployment
  const { cloudWatch } = yield* Clients
  return yield* Effect.tryPromise({
    try: async () => {
      const found: Array<Alarm> = []
      for await (const page of paginateDescribeAlarms({ client: cloudWatch }, { AlarmNamePrefix: `${stack}-` })) {
        for (const one of page.MetricAlarms ?? []) {
          found.push({
            name: one.AlarmName ?? "",
            state: one.StateValue ?? "",
            enabled: one.ActionsEnabled ?? true,
            actions: one.AlarmActions ?? [],
          })
        }
      }
      return found
    },
    catch: (cause) => toAwsError(`describing the alarms of ${stack}`, cause),
  })
})

export const alarms: Check<Deployment | Clients> = {
  name: "alarms",
  title: "alarms are there and reach a topic",
  prove: Effect.gen(function* () {
    const { resources, stack } = yield* Deployment
    const wanted = (yield* resources).filter(({ type }) => type === "AWS::CloudWatch::Alarm")
    const found = new Map((yield* alarmsOf()).map((alarm) => [alarm.name, alarm]))
    const topics = new Set([...found.values()].flatMap(({ actions }) => actions))
    const gone = new Set<string>()
    for (const one of topics) if (!(yield* topicExists(one))) gone.add(one)
    const faults = wanted.flatMap(({ physicalId }) => {
      const alarm = found.get(physicalId)
      if (alarm === undefined) return [`${physicalId} does not exist`]
      if (!alarm.enabled) return [`${physicalId} has its actions switched off`]
      return alarm.actions
        .filter((action) => gone.has(action))
        .map((action) => `${physicalId} tells ${action}, which is gone`)
    })
    if (faults.length === 0) return listed([...found.keys()], 9)
    return yield* new Problem({
      what: `Alarms of ${stack}: ${listed(faults)}.`,
      next: "Deploy the stack again, or set them right in CloudWatch.",
    })
  }),
}

const topicExists = (arn: string): Effect.Effect<boolean, AwsError, Clients> =>
  Clients.use(({ sns }) =>
    call(`describing the topic ${arn}`, (signal) => sns.send(new GetTopicAttributesCommand({ TopicArn: arn }), signal)),
  ).pipe(
    Effect.as(true),
    Effect.catchIf(
      (error) => /^NotFound|^InvalidParameter/.test(error.code),
      () => Effect.succeed(false),
    ),
  )
