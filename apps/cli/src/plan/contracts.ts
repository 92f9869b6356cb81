/** The contracts of this checkout, and those of a stack. */
import { type AwsError, ObjectStore } from "@pos/aws"
import { type Contracts, readContracts } from "@pos/evolution"
import { Effect, FileSystem, Option, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import type { StackOutputs } from "../target/outputs.ts"
import { ensure, PLAN } from "../workspace/artefact.ts"
import { Workspace } from "../workspace/workspace.ts"

const NAME = "contracts.json"

const readFile = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(path))
  const found = Option.isSome(text) ? yield* readContracts(text.value) : undefined
  if (found !== undefined) return found
  return yield* new Unavailable({ problem: `Cannot read ${path}.`, remedy: "Build it: npx nx run plan:build" })
})

/** Those of this checkout, built when they are out of date. */
export const builtContracts = Effect.gen(function* () {
  yield* ensure(PLAN)
  const workspace = yield* Workspace
  return yield* readFile(workspace.path("apps/plan/dist", NAME))
})

const Assets = Schema.fromJsonString(
  Schema.Struct({
    files: Schema.Record(
      Schema.String,
      Schema.Struct({
        displayName: Schema.optionalKey(Schema.String),
        source: Schema.Struct({ path: Schema.optionalKey(Schema.String) }),
      }),
    ),
  }),
)

/** Those of a synthesized stack; undefined where it was synthesized by a release that had none. */
export const synthesizedContracts = Effect.fn("synthesizedContracts")(function* (folder: string, stack: string) {
  const fs = yield* FileSystem.FileSystem
  const assets = yield* fs
    .readFileString(`${folder}/${stack}.assets.json`)
    .pipe(Effect.flatMap(Schema.decodeUnknownEffect(Assets)), Effect.option)
  if (Option.isNone(assets)) return undefined
  const found = Object.values(assets.value.files).find(({ displayName }) => displayName === NAME)
  return found?.source.path === undefined ? undefined : yield* readFile(`${folder}/${found.source.path}`)
})

/** Those that a stack was deployed with; undefined where it is too old to tell, or newer than this checkout understands. */
export const deployedContracts = Effect.fn("deployedContracts")(function* ({
  ContractsUri: uri,
}: Pick<StackOutputs, "ContractsUri">): Effect.fn.Return<Contracts | undefined, AwsError, ObjectStore> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri ?? "") ?? []
  if (bucket === undefined || key === undefined) return undefined
  const body = yield* ObjectStore.use((store) => store.get({ bucket, key })).pipe(
    Effect.catchTag("ObjectMissing", () => Effect.succeed(undefined)),
  )
  return body === undefined ? undefined : yield* readContracts(new TextDecoder().decode(body))
})
