/**
 * Progress of long work, on standard error, so that standard output stays the result.
 * A terminal sees one line that changes; a log file sees each kind of step, and how it goes on now and then.
 */
import { Context, Effect, Layer } from "effect"
import { err } from "./style.ts"
import { visible, visibleLines } from "./visible.ts"

/** What a step is about, without how far it has come: `Uploading: 3 of 20 files` → `Uploading`. */
const kindOf = (text: string): string => (text.split(/[:…]/)[0] ?? "").replaceAll(/\d+/g, "#")

/** Milliseconds between two steps of one kind in a log file. */
const LOG_EVERY = 5000

export class Progress extends Context.Service<
  Progress,
  {
    /** What is going on now. Replaces the last `step`. */
    readonly step: (text: string) => Effect.Effect<void>
    /** Something is finished and stays on the screen. */
    readonly done: (text: string) => Effect.Effect<void>
    /** Removes the changing line. */
    readonly clear: Effect.Effect<void>
  }
>()("@pos/cli/Progress") {
  static readonly layer = Layer.sync(Progress, () => {
    const stream = process.stderr
    let last = ""
    let written = 0
    const wipe = () => {
      if (stream.isTTY && last !== "") stream.write("\r\u001b[2K")
    }
    return Progress.of({
      step: (told) =>
        Effect.sync(() => {
          const text = visible(told)
          if (text === last || (!stream.isTTY && kindOf(text) === kindOf(last) && Date.now() - written < LOG_EVERY))
            return
          wipe()
          written = Date.now()
          const line = stream.isTTY ? text.slice(0, Math.max(20, (stream.columns || 80) - 2)) : text
          stream.write(err.dim(stream.isTTY ? line : `${line}\n`))
          last = text
        }),
      done: (text) =>
        Effect.sync(() => {
          wipe()
          stream.write(`${visibleLines(text)}\n`)
          last = ""
        }),
      clear: Effect.sync(() => {
        wipe()
        last = ""
      }),
    })
  })

  static readonly layerSilent = Layer.succeed(Progress, {
    step: () => Effect.void,
    done: () => Effect.void,
    clear: Effect.void,
  })
}
