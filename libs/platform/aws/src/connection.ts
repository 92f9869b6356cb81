import { Config, Context, Effect, Layer, Option } from "effect"

/** Options that every SDK client takes. Credentials come from the SDK's own chain unless they are given here. */
export interface ClientOptions {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** A host of one's own (the local AWS) has no DNS name for each bucket. */
  readonly forcePathStyle?: boolean
}

/** Which AWS the clients talk to. */
export class AwsConnection extends Context.Service<AwsConnection, ClientOptions>()("@pos/aws/AwsConnection") {
  /**
   * As the standard variables say: AWS_REGION (or AWS_DEFAULT_REGION, which the SDK for JavaScript ignores) and
   * AWS_ENDPOINT_URL for an AWS that is not Amazon's.
   */
  static readonly layer = Layer.effect(
    AwsConnection,
    Effect.gen(function* () {
      const region = yield* Config.option(
        Config.String("AWS_REGION").pipe(Config.orElse(() => Config.String("AWS_DEFAULT_REGION"))),
      )
      const endpoint = yield* Config.option(Config.String("AWS_ENDPOINT_URL"))
      return {
        ...(Option.isSome(region) ? { region: region.value } : {}),
        ...(Option.isSome(endpoint) ? { endpoint: endpoint.value, forcePathStyle: true } : {}),
      }
    }),
  )

  /** Exactly these options. */
  static readonly layerOptions = (options: ClientOptions) => Layer.succeed(AwsConnection, options)
}
