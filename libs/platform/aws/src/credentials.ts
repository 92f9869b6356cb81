import { S3Client } from "@aws-sdk/client-s3"
import { Context, Effect, Layer, Redacted } from "effect"
import { AwsConnection } from "./connection.ts"
import type { AwsError } from "./errors.ts"
import { call, scoped } from "./internal/call.ts"

/** What another client, one that is no AWS SDK, needs in order to read S3 as this process may. */
export interface S3Access {
  readonly region: string
  /** Of an S3 that is not Amazon's. */
  readonly endpoint?: string | undefined
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted<string>
  /** With temporary credentials. */
  readonly sessionToken?: Redacted.Redacted<string> | undefined
}

/** Credentials and region, as the SDK's own chain finds them. */
export class Credentials extends Context.Service<
  Credentials,
  {
    /** Resolved anew on each call: temporary credentials expire. */
    readonly s3: Effect.Effect<S3Access, AwsError>
  }
>()("@pos/aws/Credentials") {
  static readonly layer = Layer.effect(
    Credentials,
    Effect.gen(function* () {
      const options = yield* AwsConnection
      const client = yield* scoped(() => new S3Client(options))
      const s3 = call("resolving credentials and region", async () => {
        const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials()
        return {
          region: await client.config.region(),
          endpoint: options.endpoint,
          accessKeyId,
          secretAccessKey: Redacted.make(secretAccessKey),
          sessionToken: sessionToken === undefined ? undefined : Redacted.make(sessionToken),
        }
      })
      return Credentials.of({ s3 })
    }),
  )
}
