import { DatasetId } from "@pos/pipeline"
import { Config, Context, Effect, Layer, Schema, SchemaGetter } from "effect"

/** `sales,stores` */
const Datasets = Schema.String.pipe(
  Schema.decodeTo(Schema.Array(Schema.String), {
    decode: SchemaGetter.split({ separator: "," }),
    encode: SchemaGetter.transform((names: ReadonlyArray<string>) => names.join(",")),
  }),
  Schema.decodeTo(Schema.NonEmptyArray(DatasetId)),
)

/** What the stack tells the Lambda. */
export class TriggerSettings extends Context.Service<
  TriggerSettings,
  {
    readonly stateMachine: string
    readonly resultsBucket: string
    readonly stage: string
    /** Where the plan lies that is deployed with it. */
    readonly plan: string
    /** Bytes of source files that one run of the validation job judges. */
    readonly shardBytes: number
    /** Those that there are, the default one first. */
    readonly datasets: readonly [DatasetId, ...ReadonlyArray<DatasetId>]
  }
>()("@pos/trigger/TriggerSettings") {
  static readonly layer = Layer.effect(
    TriggerSettings,
    Effect.gen(function* () {
      return yield* Config.all({
        stateMachine: Config.NonEmptyString("STATE_MACHINE_ARN"),
        resultsBucket: Config.NonEmptyString("RESULTS_BUCKET"),
        stage: Config.NonEmptyString("STAGE"),
        plan: Config.NonEmptyString("PLAN_URI"),
        shardBytes: Config.Int("SHARD_BYTES"),
        datasets: Config.schema(Datasets, "DATASETS"),
      })
    }),
  )
}
