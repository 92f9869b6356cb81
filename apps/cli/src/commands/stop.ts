/** `pos stop`: ends the local AWS; its data stays. */
import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { stopDaemon } from "../local/daemon.ts"
import { Stopped } from "../local/document.ts"
import { whose } from "../local/identity.ts"
import { exclusively } from "../local/lock.ts"
import { places } from "../local/places.ts"
import { readState } from "../local/state.ts"
import { elsewhere } from "../local/words.ts"
import { jsonAs } from "../output/json.ts"
import * as flags from "./flags.ts"

export const stop = Command.make(
  "stop",
  { json: flags.json },
  Effect.fn(function* ({ json }) {
    const { data } = yield* places
    const { found, ran } = yield* exclusively(
      Effect.gen(function* () {
        const found = yield* whose(yield* readState())
        return { found, ran: yield* stopDaemon(found) }
      }),
    )
    const words = ran ? "Stopped." : found._tag === "Foreign" ? elsewhere(found) : "The local AWS did not run."
    yield* Console.log(
      json ? yield* jsonAs(Stopped, { running: false, stopped: ran, data }) : `${words} Its data stays in ${data}.`,
    )
  }),
).pipe(
  Command.withDescription("Stop the local AWS. Buckets, tables and runs are there again after the next start."),
  Command.withShortDescription("Stop the platform on this machine"),
)
