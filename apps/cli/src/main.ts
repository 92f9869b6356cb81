/** Wires the commands to this machine and runs them. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { pos, VERSION } from "./app.ts"
import { exitCode, unexplained } from "./exit.ts"
import { Progress } from "./output/progress.ts"
import * as Presenter from "./presenter.ts"
import { Workspace } from "./workspace/workspace.ts"

// `pos sql … | head` closes the pipe early; that is an end, not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2))
}

const layer = Layer.mergeAll(Workspace.layer, Progress.layer, Presenter.layer).pipe(
  Layer.provideMerge(NodeServices.layer),
)

pos.pipe(
  Command.run({ version: VERSION }),
  Effect.provide(layer),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, end) => {
      const words = unexplained(exit)
      if (words !== undefined) process.stderr.write(`${words}\n`)
      end(exitCode(exit))
    },
  }),
)
