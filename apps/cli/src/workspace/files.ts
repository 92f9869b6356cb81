/** From what a user names, files and folders, to the files meant. */
import { Effect, FileSystem, Path } from "effect"
import { InvalidRequest } from "../errors.ts"

export interface LocalFile {
  /** As it can be opened from here, and as reports call it. */
  readonly path: string
  /** Relative to the folder that was named; the base name of a file that was named itself. */
  readonly name: string
  readonly size: number
}

/** All files, folders searched to the bottom in order of name, hidden ones left out. Fails on what does not exist. */
export const findFiles = Effect.fn("findFiles")(function* (named: ReadonlyArray<string>) {
  const found = yield* Effect.forEach(named, (path) => find(path), { concurrency: 8 })
  const files = found.flat()
  if (files.length === 0) {
    return yield* new InvalidRequest({ problem: `There are no files in ${named.join(", ")}.`, remedy: "" })
  }
  return files
})

const find = Effect.fnUntraced(function* (named: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const stat = yield* fs.stat(named).pipe(
    Effect.mapError((error) => {
      const why = error.reason._tag === "NotFound" ? "does not exist" : `cannot be read (${error.reason._tag})`
      return new InvalidRequest({
        problem: `${named} ${why}.`,
        remedy: "Check the path; it is taken from the folder you are in.",
      })
    }),
  )
  if (stat.type !== "Directory") return [{ path: named, name: path.basename(named), size: Number(stat.size) }]
  return yield* within(named, "")
})

const within = (
  folder: string,
  prefix: string,
): Effect.Effect<Array<LocalFile>, InvalidRequest, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const names = yield* fs.readDirectory(path.join(folder, prefix))
    const visible = names.filter((name) => !name.startsWith(".")).sort()
    const nested = yield* Effect.forEach(visible, (entry) =>
      Effect.gen(function* () {
        const name = path.join(prefix, entry)
        const stat = yield* fs.stat(path.join(folder, name))
        if (stat.type === "Directory") return yield* within(folder, name)
        return [{ path: path.join(folder, name), name, size: Number(stat.size) }]
      }),
    )
    return nested.flat()
  }).pipe(
    Effect.catchTag("PlatformError", (error) =>
      Effect.fail(new InvalidRequest({ problem: `The folder ${folder} cannot be read: ${error.message}`, remedy: "" })),
    ),
  )
