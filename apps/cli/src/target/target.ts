/** The deployment that a command works on: the local AWS, or the stack that --stack names. */
import type { ClientOptions } from "@pos/aws"
import { Effect, Layer, Option, Redacted, Schema } from "effect"
import { explainAws } from "../aws.ts"
import { InvalidRequest, Unavailable } from "../errors.ts"
import type { LakeLocation } from "../lake.ts"
import { whose } from "../local/identity.ts"
import { readState } from "../local/state.ts"
import { unusable } from "../local/words.ts"
import { type Reader, StackOutputs } from "./outputs.ts"

export interface Target {
  /** As messages call it. */
  readonly name: string
  readonly outputs: StackOutputs
  readonly local: boolean
  /** How the SDK reaches it; absent: as the environment says. */
  readonly connection?: ClientOptions
  readonly lake: Effect.Effect<LakeLocation, Unavailable | InvalidRequest>
  /** The results bucket, to be read as the lake is: the rows that runs have validated lie there. */
  readonly results: Effect.Effect<LakeLocation, Unavailable | InvalidRequest>
}

/** What the emulator takes for the account's administrator. */
const LOCAL = { region: "us-east-1", accessKeyId: "test", secretAccessKey: "test" } as const

/** The stack of this name, or the local AWS without one. Fails with `StackMissing` where there is none. */
export const findTarget = Effect.fn("findTarget")(function* (stack: Option.Option<string>) {
  return Option.isSome(stack) ? yield* deployed(stack.value) : yield* local()
})

/** The same, for commands that are nothing without it. */
export const resolveTarget = (stack: Option.Option<string>) => explainAws(findTarget(stack))

const localOptions = (endpoint: string): ClientOptions => ({
  endpoint,
  region: LOCAL.region,
  credentials: { accessKeyId: LOCAL.accessKeyId, secretAccessKey: LOCAL.secretAccessKey },
  forcePathStyle: true,
})

const local = Effect.fnUntraced(function* () {
  const state = yield* readState()
  const found = yield* whose(state)
  if (found._tag !== "Ours") return yield* new Unavailable(unusable(found))
  if (state === undefined) return yield* new Unavailable(unusable({ _tag: "Nobody" }))
  if (state.deployed === undefined) {
    return yield* new Unavailable({
      problem: "The local AWS runs, but nothing is deployed in it.",
      remedy: "Run: pos start",
    })
  }
  const { outputs, reader = LOCAL } = state.deployed
  return localTarget(state.endpoint, outputs, reader)
})

/** A stack in the local AWS at this endpoint, whose lake is read by `reader`: by default the account's administrator. */
export const localTarget = (endpoint: string, outputs: StackOutputs, reader: Reader = LOCAL): Target => ({
  name: `the local AWS at ${endpoint}`,
  outputs,
  local: true,
  connection: localOptions(endpoint),
  lake: Effect.succeed(localBucket(endpoint, outputs.LakeBucketName, reader)),
  results: Effect.succeed(localBucket(endpoint, outputs.ResultsBucketName, LOCAL)),
})

const localBucket = (endpoint: string, bucket: string, reader: Reader): LakeLocation => ({
  uri: `s3://${bucket}`,
  access: {
    region: LOCAL.region,
    accessKeyId: reader.accessKeyId,
    secretAccessKey: Redacted.make(reader.secretAccessKey),
    endpoint,
  },
})

const deployed = Effect.fnUntraced(function* (name: string) {
  // The SDK is loaded here and not above: it is large, and `kpi` and `sql` on the local AWS need none of it.
  const { AwsConnection, Credentials, Stacks } = yield* Effect.promise(() => import("@pos/aws"))
  const connection = Layer.orDie(AwsConnection.layer)
  const outputs = yield* Stacks.use((stacks) => stacks.outputs(name)).pipe(
    Effect.provide(Layer.provide(Stacks.layer, connection)),
    Effect.flatMap(Schema.decodeUnknownEffect(StackOutputs)),
    Effect.catchTag(
      "SchemaError",
      (cause) =>
        new InvalidRequest({ problem: `The stack ${name} is not one of this platform: ${cause.message}`, remedy: "" }),
    ),
  )
  const bucket = (of: string) =>
    Credentials.use((credentials) => credentials.s3).pipe(
      Effect.provide(Layer.provide(Credentials.layer, connection)),
      explainAws,
      Effect.map((access): LakeLocation => ({ uri: `s3://${of}`, access })),
    )
  const [lake, results] = [bucket(outputs.LakeBucketName), bucket(outputs.ResultsBucketName)]
  return { name: `the stack ${name}`, outputs, local: false, lake, results } satisfies Target
})
