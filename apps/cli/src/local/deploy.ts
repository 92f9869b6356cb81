/** Deploys the synthesized stack into the running local AWS. */
import { createHash } from "node:crypto"
import { Effect, FileSystem, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { Reader, StackOutputs } from "../target/outputs.ts"
import type { Artefact } from "../workspace/artefact.ts"
import type { Engine } from "./state.ts"
import { runToEnd } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"

export const STACK = "pos-local"

/** Each engine's job has files and arguments of its own, so that each has its own synthesized stack. */
export const FOLDERS: Record<Engine, string> = { embedded: "apps/infra/cdk.out", spark: "apps/infra/cdk.out.spark" }

/** The synthesized stack that runs the transformation on `engine`. */
export const assembly = (engine: Engine): Artefact => ({
  name: "the stack",
  output: `${FOLDERS[engine]}/${STACK}.template.json`,
  sources: [
    "apps/infra",
    "apps/plan",
    "apps/trigger",
    "apps/validation-job",
    "apps/transformation-job",
    "libs",
    "package-lock.json",
  ],
  target: engine === "spark" ? "infra:synth-spark" : "infra:synth",
})

const Deployment = Schema.fromJsonString(
  Schema.Struct({
    status: Schema.String,
    outputs: StackOutputs,
    seconds: Schema.Finite,
    reader: Schema.NullOr(Reader),
  }),
)

/** Identifies the synthesized stack: its template names every asset by the hash of its content. */
export const fingerprint = Effect.fn("fingerprint")(
  function* (engine: Engine) {
    const fs = yield* FileSystem.FileSystem
    const workspace = yield* Workspace
    const template = yield* fs.readFileString(workspace.path(assembly(engine).output))
    return createHash("sha256").update(template).digest("hex")
  },
  (effect, engine) =>
    Effect.catchTag(
      effect,
      "PlatformError",
      (cause) =>
        new Unavailable({
          problem: `The synthesized stack has no ${STACK}: ${cause.message}`,
          remedy: `Build it again: npx nx run ${assembly(engine).target}`,
          cause,
        }),
    ),
)

export const deploy = Effect.fn("deploy")(
  function* (endpoint: string, engine: Engine) {
    const workspace = yield* Workspace
    const python = yield* workspace.python("local-aws")
    const { output, complaints, code } = yield* runToEnd({
      program: python,
      args: [
        "-m",
        "pos_local_aws",
        "deploy",
        "--endpoint",
        endpoint,
        "--assembly",
        workspace.path(FOLDERS[engine]),
        "--stack",
        STACK,
        "--json",
      ],
      env: { PYTHONPATH: workspace.path("tools/local-aws/src") },
      progress: (line) => `Deploying: ${line}`,
    })
    if (code !== 0) {
      return yield* new Unavailable({
        problem: `The stack was not deployed: ${complaints.at(-1) ?? `exit code ${code}`}`,
        remedy: "More in the log of the local AWS: pos status",
      })
    }
    return yield* Schema.decodeUnknownEffect(Deployment)(output)
  },
  (effect, _endpoint, engine) =>
    Effect.catchTags(effect, {
      PlatformError: (cause) =>
        new Unavailable({
          problem: `The deployment did not start: ${cause.message}`,
          remedy: "Run: npm run setup",
          cause,
        }),
      SchemaError: (cause) =>
        new Unavailable({
          problem: `The deployed stack lacks outputs: ${cause.message}`,
          remedy: `Build it again: npx nx run ${assembly(engine).target}`,
          cause,
        }),
    }),
)
