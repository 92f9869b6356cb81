/** `.pos/local.json`: what the local AWS runs as. Written by `pos start`, read by every other command. */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { Reader, StackOutputs } from "../target/outputs.ts"
import { Workspace } from "../workspace/workspace.ts"

export const Engine = Schema.Literals(["embedded", "spark"])
export type Engine = typeof Engine.Type

const Deployed = Schema.Struct({
  outputs: StackOutputs,
  fingerprint: Schema.String,
  reader: Schema.optionalKey(Reader),
})

/** The page that was started last, and what it has read: it may have ended, and its port is asked for again. */
const Page = Schema.Struct({ pid: Schema.Int, port: Schema.Int, reads: Schema.String })

export const LocalState = Schema.Struct({
  pid: Schema.Int,
  port: Schema.Int,
  endpoint: Schema.String,
  iam: Schema.Boolean,
  engine: Engine,
  stack: Schema.String,
  /** What the local AWS proves itself with; absent when an older version has started it. */
  secret: Schema.optionalKey(Schema.String),
  /** Identifies what was deployed; absent until a deployment has ended well. */
  deployed: Schema.optionalKey(Deployed),
  /** What was deployed before the local AWS was started anew: its lake is there again, and the stack is not yet. */
  before: Schema.optionalKey(Deployed),
  page: Schema.optionalKey(Page),
})
export type LocalState = typeof LocalState.Type

const Json = Schema.fromJsonString(LocalState)

const file = Effect.gen(function* () {
  const path = yield* Path.Path
  const { home } = yield* Workspace
  return path.join(home, "local.json")
})

/** The last state that was written, whether or not its process still runs. */
export const readState = Effect.fn("LocalState.read")(function* () {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(yield* file))
  if (Option.isNone(text)) return undefined
  // A file of an older version or a half-written one is as good as none: `pos start` writes it anew.
  return Option.getOrUndefined(yield* Effect.option(Schema.decodeEffect(Json)(text.value)))
})

export const writeState = Effect.fn("LocalState.write")(
  function* (state: LocalState) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* file
    // Renamed into place: a command that reads at this moment sees the old state or the new one.
    // The user's alone: it holds secrets.
    yield* fs.writeFileString(`${path}.new`, JSON.stringify(yield* Schema.encodeEffect(LocalState)(state), null, 1), {
      mode: 0o600,
    })
    yield* fs.rename(`${path}.new`, path)
  },
  Effect.catchTag(
    "PlatformError",
    (cause) => new Unavailable({ problem: `Cannot write the state: ${cause.message}`, remedy: "", cause }),
  ),
)
