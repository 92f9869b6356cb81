/** Writes the page of a day, with its answers in it. */
import { randomUUID } from "node:crypto"
import { filled, report } from "@pos/dashboard-server"
import { Effect, FileSystem } from "effect"
import { InvalidRequest, Unavailable } from "../errors.ts"
import { checkPlace } from "../export/export.ts"
import { Progress } from "../output/progress.ts"
import type { Target } from "../target/target.ts"
import type { Reported } from "./document.ts"
import { answersOf, type Money } from "./serve.ts"

interface Wanted {
  readonly target: Target
  /** The page as one file, without answers. */
  readonly page: string
  /** Absent: the newest that has figures. */
  readonly date: string | undefined
  readonly money: Money
  readonly out: string
  readonly overwrite: boolean
}

export const writeReport = Effect.fn("writeReport")(
  function* ({ target, page, date, money, out, overwrite }: Wanted) {
    const fs = yield* FileSystem.FileSystem
    const progress = yield* Progress
    yield* progress.step("Asking for the figures …")
    const answered = yield* report(date).pipe(
      Effect.provide(yield* answersOf(target, money)),
      Effect.mapError((error) => {
        const { problem, remedy } = error
        return error._tag === "WrongQuestion"
          ? new InvalidRequest({ problem, remedy })
          : new Unavailable({ problem, remedy, cause: error })
      }),
      Effect.ensuring(progress.clear),
    )
    const text = filled(yield* fs.readFileString(page), answered)
    if (text === undefined)
      return yield* new Unavailable({
        problem: `${page} has no place for figures.`,
        remedy: "Build it again: npx nx run dashboard:build",
      })
    // Written beside it and renamed: whoever opens it sees the old one or the new one.
    const beside = `${out}.${randomUUID()}`
    yield* fs.writeFileString(beside, text)
    yield* checkPlace({ file: out, overwrite }).pipe(
      Effect.andThen(fs.rename(beside, out)),
      Effect.tapError(() => Effect.ignore(fs.remove(beside))),
    )
    return { date: answered.date, file: out, bytes: Buffer.byteLength(text) } satisfies Reported
  },
  Effect.catchTag(
    "PlatformError",
    (cause) => new Unavailable({ problem: cause.message, remedy: "Choose another place with --out.", cause }),
  ),
)
