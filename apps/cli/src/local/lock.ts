/** One command at a time changes what runs here: two `pos start` at once would build, start and deploy over each other. */
import { randomUUID } from "node:crypto"
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { Effect, Path } from "effect"
import { Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { Workspace } from "../workspace/workspace.ts"

/** How often the holder shows that it lives, and after how long it no longer does, in milliseconds. */
const BEAT = 2_000
const STALE = 15_000

/** Runs the effect while no other command on this state directory runs one so; waits for its turn. */
export const exclusively = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const path = yield* Path.Path
      const progress = yield* Progress
      const { home } = yield* Workspace
      const file = path.join(home, "starting")
      while (!(yield* take(file))) {
        yield* progress.step("Waiting for another pos that starts or stops the local AWS here …")
        yield* Effect.sleep("200 millis")
      }
      return yield* effect
    }),
  )

const take = Effect.fnUntraced(function* (file: string) {
  const token = `${process.pid} ${randomUUID()}`
  const taken = yield* Effect.try({
    try: () => create(file, token) || (dropStale(file), create(file, token)),
    catch: (cause) =>
      new Unavailable({
        problem: `Cannot write to ${dirname(file)}: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy: "Another state directory: POS_HOME=… pos start",
        cause,
      }),
  })
  if (taken) {
    yield* Effect.acquireRelease(
      Effect.sync(() => setInterval(() => touch(file), BEAT).unref()),
      (timer) =>
        Effect.sync(() => {
          clearInterval(timer)
          if (read(file) === token) rmSync(file, { force: true })
        }),
    )
  }
  return taken
})

const create = (file: string, token: string): boolean => {
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(file, token, { flag: "wx" })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
    throw error
  }
}

/** Takes away the file of a command that was killed. Another that does the same may be quicker and hold it by now. */
const dropStale = (file: string): void => {
  const [token, age] = [read(file), ageOf(file)]
  if (token === undefined || age === undefined || age < STALE) return
  const aside = `${file}.${randomUUID()}`
  try {
    renameSync(file, aside)
    if (read(aside) !== token) linkSync(aside, file)
  } catch {
    // Somebody else has it: wait.
  }
  rmSync(aside, { force: true })
}

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

/** Milliseconds since the holder last showed itself. */
const ageOf = (file: string): number | undefined => {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch {
    return undefined
  }
}

const touch = (file: string): void => {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // Deleted by hand: nothing to keep fresh.
  }
}
