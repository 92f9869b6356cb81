/** Where the lake of a deployment lies, and how it is reached: the local AWS of a folder, or a deployed stack. */
import { Duration, Effect, FileSystem, Layer, Path, Redacted, Schema } from "effect"
import { LakeUnavailable } from "./errors.ts"
import { folderOf, identityOf } from "./local-aws.ts"
import type { LakeLocation } from "./location.ts"
import { firstLine } from "./unreadable.ts"

const Outputs = Schema.Struct({ LakeBucketName: Schema.String })

/** What a reader needs of the state that `pos start` writes. */
const State = Schema.fromJsonString(
  Schema.Struct({
    endpoint: Schema.String,
    secret: Schema.String,
    deployed: Schema.Struct({
      outputs: Outputs,
      reader: Schema.Struct({ accessKeyId: Schema.String, secretAccessKey: Schema.String }),
    }),
  }),
)

const ANSWER_WITHIN = Duration.seconds(10)

const notRunning = (home: string) =>
  new LakeUnavailable({ problem: `No local AWS runs for ${home}.`, remedy: "Start it, and load something: pos start" })

/** The lake of the local AWS whose state lies in this folder, `.pos` of the workspace. It is reached by a key that only reads. */
export const ofLocalAws = Effect.fn("ofLocalAws")(function* (home: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { deployed, endpoint, secret } = yield* fs.readFileString(path.join(home, "local.json")).pipe(
    Effect.flatMap(Schema.decodeEffect(State)),
    Effect.mapError(() => notRunning(home)),
  )
  const answer = yield* identityOf({ endpoint, secret, within: ANSWER_WITHIN })
  if (answer === undefined || answer.folder !== folderOf(path.join(home, "data"))) return yield* notRunning(home)
  const { outputs, reader } = deployed
  return {
    uri: `s3://${outputs.LakeBucketName}`,
    access: {
      region: "us-east-1",
      accessKeyId: reader.accessKeyId,
      secretAccessKey: Redacted.make(reader.secretAccessKey),
      endpoint,
    },
  } satisfies LakeLocation
})

/** The lake of a deployed stack, as the AWS CLI's credentials and region reach it. */
export const ofStack = Effect.fn("ofStack")(function* (stack: string) {
  // Loaded here: whoever reads a folder needs no SDK.
  const { AwsConnection, Credentials, Stacks } = yield* Effect.promise(() => import("@pos/aws"))
  const services = Layer.mergeAll(Stacks.layer, Credentials.layer).pipe(Layer.provide(Layer.orDie(AwsConnection.layer)))
  return yield* Effect.gen(function* () {
    const outputs = yield* Stacks.use((stacks) => stacks.outputs(stack))
    const { LakeBucketName } = yield* Schema.decodeUnknownEffect(Outputs)(outputs)
    const access = yield* Credentials.use((credentials) => credentials.s3)
    return { uri: `s3://${LakeBucketName}`, access } satisfies LakeLocation
  }).pipe(
    Effect.provide(services),
    Effect.mapError(
      (cause) =>
        new LakeUnavailable({
          problem: `The lake of the stack ${stack} is not reached: ${firstLine(cause)}`,
          remedy: "Check the name, the region and the credentials: aws sts get-caller-identity",
          cause,
        }),
    ),
  )
})
