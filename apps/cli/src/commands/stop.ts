/** `pos stop`: ends the local AWS; its data stays. */
import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { places, stopDaemon } from "../local/daemon.ts"
import { isAlive, readState } from "../local/state.ts"
import { jsonDocument } from "../output/json.ts"
import * as flags from "./flags.ts"

export const stop = Command.make(
  "stop",
  { json: flags.json },
  Effect.fn(function* ({ json }) {
    const state = yield* readState()
    const { data } = yield* places
    const ran = state !== undefined && isAlive(state.pid)
    if (ran) yield* stopDaemon(state)
    const words = ran ? "Stopped." : "The local AWS did not run."
    yield* Console.log(
      json ? jsonDocument({ running: false, stopped: ran, data }) : `${words} Its data stays in ${data}.`,
    )
  }),
).pipe(
  Command.withDescription("Stop the local AWS. Buckets, tables and runs are there again after the next start."),
  Command.withShortDescription("Stop the platform on this machine"),
)
