import { Config, Context, Effect, Layer } from "effect"

/** What the stack tells the Lambda. */
export class Settings extends Context.Service<
  Settings,
  {
    readonly stateMachine: string
    readonly resultsBucket: string
    readonly stage: string
    /** Bytes of source files that one run of the validation job judges. */
    readonly shardBytes: number
  }
>()("@pos/trigger/Settings") {
  static readonly layer = Layer.effect(
    Settings,
    Effect.gen(function* () {
      return yield* Config.all({
        stateMachine: Config.NonEmptyString("STATE_MACHINE_ARN"),
        resultsBucket: Config.NonEmptyString("RESULTS_BUCKET"),
        stage: Config.NonEmptyString("STAGE"),
        shardBytes: Config.Int("SHARD_BYTES"),
      })
    }),
  )
}
