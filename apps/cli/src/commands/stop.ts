/** `pos stop`: ends the local AWS and the page beside it; its data stays. */
import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { stopDaemon } from "../local/daemon.ts"
import { Stopped } from "../local/document.ts"
import { whose } from "../local/identity.ts"
import { exclusively } from "../local/lock.ts"
import { endPage } from "../local/page.ts"
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
        const state = yield* readState()
        const found = yield* whose(state)
        if (state !== undefined && (found._tag === "Ours" || found._tag === "Silent")) yield* endPage(state)
        return { found, ran: yield* stopDaemon(found) }
      }),
    )
    const words = ran ? "Stopped." : found._tag === "Foreign" ? elsewhere(found) : "The local AWS did not run."
    yield* Console.log(
      json ? yield* jsonAs(Stopped, { running: false, stopped: ran, data }) : `${words} Its data stays in ${data}.`,
    )
  }),
).pipe(
  Command.withDescription(
    "Stop the local AWS, and the page beside it. Buckets, tables and runs are there again after the next start.",
  ),
  Command.withShortDescription("Stop the platform on this machine"),
)
