import { Config, Context, Effect, Layer, Option } from "effect"

/** What the stack tells the Lambda. */
export class ReportSettings extends Context.Service<
  ReportSettings,
  {
    readonly stage: string
    /** The stack's name. */
    readonly stack: string
    readonly stateMachine: string
    readonly resultsBucket: string
    readonly lakeBucket: string
    /** The URL of the queue of dead letters. */
    readonly deadLetters: string
    /** The jobs whose use is counted. */
    readonly jobs: ReadonlyArray<string>
    readonly defaultDataset: string
    /** ISO 4217; null where nobody has said it. */
    readonly currency: string | null
    /** Of a DPU-hour, in US dollars; null where nobody has said it. */
    readonly dpuPrice: number | null
  }
>()("@pos/reporter/ReportSettings") {
  static readonly layer = Layer.effect(
    ReportSettings,
    Effect.gen(function* () {
      const settings = yield* Config.all({
        stage: Config.NonEmptyString("STAGE"),
        stack: Config.NonEmptyString("STACK"),
        stateMachine: Config.NonEmptyString("STATE_MACHINE_ARN"),
        resultsBucket: Config.NonEmptyString("RESULTS_BUCKET"),
        lakeBucket: Config.NonEmptyString("LAKE_BUCKET"),
        deadLetters: Config.NonEmptyString("DEAD_LETTERS_URL"),
        jobs: Config.all([Config.NonEmptyString("VALIDATION_JOB"), Config.NonEmptyString("TRANSFORMATION_JOB")]),
        defaultDataset: Config.NonEmptyString("DEFAULT_DATASET"),
        currency: Config.option(Config.NonEmptyString("CURRENCY")),
        dpuPrice: Config.option(Config.Number("DPU_PRICE")),
      })
      return {
        ...settings,
        currency: Option.getOrNull(settings.currency),
        dpuPrice: Option.getOrNull(settings.dpuPrice),
      }
    }),
  )
}
