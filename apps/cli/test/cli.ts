/** Runs the command line in this process, as main.ts wires it, and hands back what it printed. */
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import { join } from "node:path"
import { pos } from "../src/app.ts"
import { exitCode } from "../src/exit.ts"
import { Progress } from "../src/output/progress.ts"
import * as Presenter from "../src/presenter.ts"
import { Workspace } from "../src/workspace/workspace.ts"

export const root = join(import.meta.dirname, "../../..")

process.env.POS_WORKSPACE_ROOT = root
// Task runners ask their children for colours.
delete process.env.FORCE_COLOR
process.env.NO_COLOR = "1"

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const lines = (logged: ReadonlyArray<unknown>) => logged.map(String).join("\n")

/** `home` is the state directory; without one, a folder that does not exist. */
export const cli = (args: ReadonlyArray<string>, home = "/nonexistent/pos-home") =>
  Effect.gen(function* () {
    process.env.POS_HOME = home
    const layer = Layer.mergeAll(Workspace.layer, Progress.layerSilent, Presenter.layer).pipe(
      Layer.provideMerge(NodeServices.layer),
    )
    const exit = yield* Effect.exit(Command.runWith(pos, { version: "0" })(args).pipe(Effect.provide(layer)))
    return {
      code: exitCode(exit),
      out: lines(yield* TestConsole.logLines),
      err: lines(yield* TestConsole.errorLines),
    } satisfies Ran
  }).pipe(Effect.provide(Layer.fresh(TestConsole.layer)))
