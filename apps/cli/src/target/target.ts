/** The deployment that a command works on: the local AWS, or the stack that --stack names. */
import { Effect, Layer, Option, Redacted } from "effect"
import { AwsConnection, type Endpoint } from "../aws/connection.ts"
import { Unavailable } from "../errors.ts"
import type { LakeLocation } from "../lake/location.ts"
import { answers, readState } from "../local/state.ts"
import type { StackOutputs } from "./outputs.ts"

export interface Target {
  /** As messages call it. */
  readonly name: string
  readonly outputs: StackOutputs
  readonly local: boolean
  readonly connection: Layer.Layer<AwsConnection>
  readonly lake: Effect.Effect<LakeLocation, Unavailable>
}

/** What the emulator takes for the account's administrator. */
const LOCAL = { region: "us-east-1", accessKeyId: "test", secretAccessKey: "test" } as const

export const localEndpoint = (url: string): Endpoint => ({ url, ...LOCAL })

export const resolveTarget = Effect.fn("resolveTarget")(function* (stack: Option.Option<string>) {
  return Option.isSome(stack) ? yield* deployed(stack.value) : yield* local()
})

const local = Effect.fnUntraced(function* () {
  const state = yield* readState()
  if (state === undefined || !(yield* answers(state))) {
    return yield* new Unavailable({
      problem: "The local AWS does not run.",
      remedy: "Start it: pos start. To work on a deployed stack instead: --stack NAME",
    })
  }
  if (state.deployed === undefined) {
    return yield* new Unavailable({
      problem: "The local AWS runs, but nothing is deployed in it.",
      remedy: "Run: pos start",
    })
  }
  const { outputs } = state.deployed
  const location: LakeLocation = {
    uri: `s3://${outputs.LakeBucketName}`,
    access: { ...LOCAL, endpoint: state.endpoint, secretAccessKey: Redacted.make(LOCAL.secretAccessKey) },
  }
  return {
    name: `the local AWS at ${state.endpoint}`,
    outputs,
    local: true,
    connection: AwsConnection.layerEndpoint(localEndpoint(state.endpoint)),
    lake: Effect.succeed(location),
  } satisfies Target
})

const deployed = Effect.fnUntraced(function* (name: string) {
  const connection = AwsConnection.layerEnvironment
  // The SDK is loaded here and not above: most commands on the local AWS need none of it, and it is large.
  const { stackOutputs } = yield* Effect.promise(() => import("../aws/stacks.ts"))
  const outputs = yield* stackOutputs(name).pipe(Effect.provide(connection))
  const lake = Effect.gen(function* () {
    const { Objects } = yield* Effect.promise(() => import("../aws/objects.ts"))
    const access = yield* Objects.use((objects) => objects.access).pipe(
      Effect.provide(Layer.provide(Objects.layer, connection)),
    )
    return { uri: `s3://${outputs.LakeBucketName}`, access } satisfies LakeLocation
  })
  return { name: `the stack ${name}`, outputs, local: false, connection, lake } satisfies Target
})
