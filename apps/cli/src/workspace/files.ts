/** From what a user names (files, folders, patterns, standard input) to the files meant. */
import { globSync } from "node:fs"
import { Effect, FileSystem } from "effect"
import { basename } from "node:path"
import { InvalidRequest } from "../errors.ts"
import { type FoundFiles, type LeftOut, within } from "./folder.ts"

/**
 * All files, folders searched to the bottom in order of name, hidden ones left out; patterns that the shell has not
 * expanded are expanded. Fails on what does not exist.
 */
export const findFiles = Effect.fn("findFiles")(function* (named: ReadonlyArray<string>) {
  const found = yield* Effect.forEach(named, (path) => find(path), { concurrency: 8 })
  const files = found.flatMap((one) => one.files)
  const leftOut = found.flatMap((one) => one.leftOut)
  if (files.length === 0 && leftOut.length === 0) {
    return yield* new InvalidRequest({
      problem: `There are no files in ${named.join(", ")}.`,
      remedy: "Files whose name begins with a dot are left out.",
    })
  }
  return { files, leftOut } satisfies FoundFiles
})

/** Says what was left out, and fails: somebody believes that it was dealt with. */
export const complain = Effect.fn("complain")(function* (leftOut: ReadonlyArray<LeftOut>) {
  const [first, ...others] = leftOut
  if (first === undefined) return
  return yield* new InvalidRequest({
    problem: [first, ...others].map(({ path, why }) => `${path} ${why}.`).join("\n"),
    remedy: "Everything else was dealt with.",
  })
})

const find = Effect.fnUntraced(function* (
  named: string,
): Effect.fn.Return<FoundFiles, InvalidRequest, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  if (named === "") {
    return yield* new InvalidRequest({ problem: "An empty text is no path.", remedy: "For the folder you are in: ." })
  }
  const stat = yield* Effect.result(fs.stat(named))
  if (stat._tag === "Success") {
    if (stat.success.type === "Directory") return within(named)
    const [path, size] = [named, Number(stat.success.size)]
    if (stat.success.type === "File") return { files: [{ path, name: basename(path), size }], leftOut: [] }
    return yield* new InvalidRequest({
      problem: `${named} is neither a file nor a folder.`,
      remedy: "To read from a pipe: pos validate - < FILE",
    })
  }
  const reason = stat.failure.reason._tag
  if (reason === "NotFound" && /[*?[{]/.test(named)) return yield* matching(named)
  return yield* new InvalidRequest({
    problem: `${named} ${reason === "NotFound" ? "does not exist" : `cannot be read (${reason})`}.`,
    remedy: "Check the path; it is taken from the folder you are in.",
  })
})

const matching = Effect.fnUntraced(function* (pattern: string) {
  const matches = globSync(pattern).toSorted()
  if (matches.length === 0) {
    return yield* new InvalidRequest({
      problem: `No file matches ${pattern}.`,
      remedy: "Check the pattern; it is taken from the folder you are in.",
    })
  }
  const found = yield* Effect.forEach(matches, (path) => find(path))
  return { files: found.flatMap((one) => one.files), leftOut: found.flatMap((one) => one.leftOut) }
})
