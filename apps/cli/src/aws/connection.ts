/** Which AWS: the local one, or the one that the environment's credentials and region name. */
import { Context, Effect, Layer } from "effect"
import { Unavailable } from "../errors.ts"

export interface Endpoint {
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Options for every SDK client. */
export interface ClientOptions {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly forcePathStyle?: boolean
}

export class AwsConnection extends Context.Service<AwsConnection, { readonly options: ClientOptions }>()(
  "@pos/cli/AwsConnection",
) {
  /** Region and credentials as for the AWS CLI. The SDK for JavaScript ignores AWS_DEFAULT_REGION: it is read here. */
  static readonly layerEnvironment = Layer.sync(AwsConnection, () => {
    const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
    return { options: region === undefined ? {} : { region } }
  })

  static readonly layerEndpoint = ({ url, region, accessKeyId, secretAccessKey }: Endpoint) =>
    Layer.succeed(AwsConnection, {
      options: { region, endpoint: url, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    })
}

/** Calls of the SDK as effects: what AWS refuses becomes a sentence. */
export const call = <A>(operation: string, work: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, Unavailable> =>
  Effect.tryPromise({ try: work, catch: (cause) => refused(operation, cause) })

const refused = (operation: string, cause: unknown): Unavailable => {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  const credentials = /credential|token|signature|AccessKeyId/i.test(`${error.name} ${error.message}`)
  const region = /region is missing/i.test(error.message)
  return new Unavailable({
    problem: `AWS refused ${operation}: ${error.name === "Error" ? "" : `${error.name}: `}${error.message}`,
    remedy: region
      ? "Name the region: export AWS_REGION=…"
      : credentials
        ? "Check the credentials: aws sts get-caller-identity"
        : "",
    cause: error,
  })
}
