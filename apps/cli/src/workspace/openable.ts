/** Files under names that another program can be called with. */
import { createWriteStream } from "node:fs"
import { mkdir, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join, resolve } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect, FileSystem } from "effect"
import { Unavailable } from "../errors.ts"
import type { LocalFile } from "./folder.ts"

/** What stands for standard input, where a path is asked for. */
export const STDIN = "-"

/**
 * The path of each file; until the scope closes, a link where its name is no text, and a copy of standard input, whose
 * format is told from its content.
 */
export const openable = Effect.fn("openable")(
  function* (files: ReadonlyArray<LocalFile>) {
    const fs = yield* FileSystem.FileSystem
    if (files.every(isPlain)) return files.map(({ path }) => path)
    const folder = yield* fs.makeTempDirectoryScoped({ directory: tmpdir(), prefix: "pos-files-" })
    return yield* Effect.forEach(files, (file, at) =>
      isPlain(file) ? Effect.succeed(file.path) : Effect.promise(() => stand(file, join(folder, String(at)))),
    )
  },
  Effect.mapError(
    (cause) =>
      new Unavailable({ problem: `No temporary folder can be made: ${cause.message}`, remedy: "Set TMPDIR.", cause }),
  ),
)

const isPlain = ({ path, raw }: LocalFile): boolean => raw === undefined && path !== STDIN

const stand = async ({ path, raw }: LocalFile, folder: string): Promise<string> => {
  await mkdir(folder)
  if (raw === undefined) {
    const copy = join(folder, "standard-input")
    await pipeline(process.stdin, createWriteStream(copy))
    return copy
  }
  // A name as the report shows it, so that its extension still tells the format.
  const link = join(folder, basename(path))
  await symlink(raw[0] === SLASH ? raw : Buffer.concat([Buffer.from(`${resolve(".")}/`), raw]), link)
  return link
}

const SLASH = "/".charCodeAt(0)
