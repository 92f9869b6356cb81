/** Where things lie on this machine. */
import { Config, Context, Effect, FileSystem, Layer, Path } from "effect"
import { Unavailable } from "../errors.ts"

/** The Python environments that the set-up makes, named after what they stand for. */
export type PythonEnvironment = "glue-python-shell" | "glue-shell" | "glue-spark" | "glue-6" | "local-aws"

export class Workspace extends Context.Service<
  Workspace,
  {
    /** The repository's folder. */
    readonly root: string
    /** State of the local AWS and cached demo data; `.pos`, or `POS_HOME`. */
    readonly home: string
    /** A path inside the repository. */
    readonly path: (...parts: ReadonlyArray<string>) => string
    /** The interpreter of the first of these environments that exists. */
    readonly python: (...environments: ReadonlyArray<PythonEnvironment>) => Effect.Effect<string, Unavailable>
  }
>()("@pos/cli/Workspace") {
  static readonly layer = Layer.effect(
    Workspace,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const root = yield* Config.String("POS_WORKSPACE_ROOT")
      const home = yield* Config.String("POS_HOME").pipe(Config.withDefault(path.join(root, ".pos")))

      const python = Effect.fn("Workspace.python")(function* (...environments: ReadonlyArray<PythonEnvironment>) {
        for (const environment of environments) {
          const interpreter = path.join(root, ".venv", environment, "bin/python")
          if (yield* fs.exists(interpreter).pipe(Effect.orElseSucceed(() => false))) return interpreter
        }
        return yield* new Unavailable({
          problem: `The Python environment .venv/${environments[0]} is missing.`,
          remedy: "Run: npm run setup",
        })
      })

      return Workspace.of({
        root,
        home: path.resolve(home),
        path: (...parts) => path.join(root, ...parts),
        python,
      })
    }),
  )
}
