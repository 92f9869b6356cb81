/** One attempt at a deployment: its name, its patience, and what it has left behind so far. */
import { AwsConnection } from "@pos/aws"
import { compactTime } from "@pos/pipeline"
import { Context, Duration, Effect, Layer, Ref } from "effect"

export class Attempt extends Context.Service<
  Attempt,
  {
    /** Unique, and part of the name of whatever the attempt makes: `20260301T060000000Z`. */
    readonly stamp: string
    /** Whether AWS is a local one, which is quick and reads no Delta in Athena. */
    readonly local: boolean
    /** Between two looks at something that takes its time. */
    readonly every: Duration.Duration
    /** How long to wait for a run or a job; a run may wait for others. */
    readonly patience: Duration.Duration
    /** How long to wait for a message. */
    readonly messagePatience: Duration.Duration
    /** The runs that it has caused. */
    readonly runs: Ref.Ref<ReadonlyArray<string>>
    /** Whether the canary's rows are in the tables. */
    readonly loaded: Ref.Ref<boolean>
  }
>()("@pos/infra/smoke/Attempt") {
  static readonly layer = (now: Date) =>
    Layer.effect(
      Attempt,
      Effect.gen(function* () {
        const local = (yield* AwsConnection).endpoint !== undefined
        return {
          stamp: compactTime(now.toISOString()),
          local,
          every: local ? Duration.millis(250) : Duration.seconds(5),
          patience: local ? Duration.minutes(3) : Duration.minutes(60),
          messagePatience: local ? Duration.seconds(90) : Duration.minutes(5),
          runs: yield* Ref.make<ReadonlyArray<string>>([]),
          loaded: yield* Ref.make(false),
        }
      }),
    )
}

/** Looks again and again until there is something; `undefined` when the time is over. */
export const awaited = <A, E, R>(look: Effect.Effect<A | undefined, E, R>, patience: Duration.Duration) =>
  Effect.gen(function* () {
    const { every } = yield* Attempt
    for (;;) {
      const found = yield* look
      if (found !== undefined) return found
      yield* Effect.sleep(every)
    }
  }).pipe(
    Effect.timeoutOption(patience),
    Effect.map((found) => (found._tag === "Some" ? found.value : undefined)),
  )
