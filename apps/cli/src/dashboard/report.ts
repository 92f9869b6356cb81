/** Writes the page of a day, with its answers in it. */
import { writeFile } from "node:fs/promises"
import { filled, type Money, report } from "@pos/dashboard-server"
import { Effect, FileSystem } from "effect"
import { InvalidRequest, Unavailable } from "../errors.ts"
import { putInPlace, working } from "../export/place.ts"
import { writing } from "../export/problems.ts"
import { Progress } from "../output/progress.ts"
import type { Target } from "../target/target.ts"
import type { Reported } from "./document.ts"
import { answersOf } from "./serve.ts"

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
    const at = yield* working({ file: out, overwrite }, "html")
    yield* writing(() => writeFile(at.file, text))
    yield* putInPlace(at.file, { file: out, overwrite })
    return { date: answered.date, file: out, bytes: Buffer.byteLength(text) } satisfies Reported
  },
  // The page has just been built, or found to be up to date.
  Effect.catchTag(
    "PlatformError",
    (cause) =>
      new Unavailable({ problem: cause.message, remedy: "Build the page again: npx nx run dashboard:build", cause }),
  ),
  Effect.scoped,
)
