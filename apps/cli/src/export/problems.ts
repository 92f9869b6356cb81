/** What keeps a file from being written, in a sentence. */
import { Effect } from "effect"
import { Unavailable } from "../errors.ts"

const unwritable = (error: unknown): Unavailable => {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n")
  return new Unavailable({
    problem: `The file can't be written: ${line}.`,
    remedy: "Is there room, and may you write there? Another place: --out FILE",
    cause: error,
  })
}

/** Work on the file. */
export const writing = <A>(work: () => Promise<A>): Effect.Effect<A, Unavailable> =>
  Effect.tryPromise({ try: work, catch: unwritable })
