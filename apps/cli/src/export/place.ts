/** A file that a command makes: it is there when all of it is, or not at all. */
import { randomUUID } from "node:crypto"
import { existsSync, statSync } from "node:fs"
import { link, mkdtemp, rename, rm } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { Effect } from "effect"
import { InvalidRequest } from "../errors.ts"
import { writing } from "./problems.ts"

export interface Place {
  readonly file: string
  /** Whether a file that is there may be replaced. */
  readonly overwrite: boolean
}

/** Only what may be done: a folder that is there, and no file in the way. */
export const checkPlace = Effect.fnUntraced(function* ({ file, overwrite }: Place) {
  if (!existsSync(dirname(resolve(file))))
    return yield* new InvalidRequest({
      problem: `The folder of ${file} does not exist.`,
      remedy: "Make it, or choose another with --out FILE.",
    })
  const there = statSync(file, { throwIfNoEntry: false })
  if (there === undefined) return undefined
  if (!there.isFile())
    return yield* new InvalidRequest({
      problem: `${file} is ${there.isDirectory() ? "a folder" : "no ordinary file"}, which is not replaced.`,
      remedy: "Choose another name with --out FILE.",
    })
  if (!overwrite) return yield* inTheWay(file)
  return undefined
})

const inTheWay = (file: string) =>
  new InvalidRequest({
    problem: `${file} exists already.`,
    remedy: "Choose another name with --out FILE, or replace it: --overwrite",
  })

export interface Working {
  /** A folder beside the file, on the same disk. */
  readonly scratch: string
  readonly file: string
}

/** Where it is made, until the scope closes. */
export const working = ({ file }: Place, extension: string) =>
  Effect.acquireRelease(
    writing(() => mkdtemp(join(dirname(resolve(file)), ".pos-export-"))),
    (scratch) => Effect.promise(() => rm(scratch, { recursive: true, force: true })),
  ).pipe(Effect.map((scratch): Working => ({ scratch, file: join(scratch, `${randomUUID()}.${extension}`) })))

/** Without `overwrite` a file that has come meanwhile stays. */
export const putInPlace = Effect.fnUntraced(function* (from: string, { file, overwrite }: Place) {
  if (overwrite) return yield* writing(() => rename(from, file))
  if (existsSync(file)) return yield* inTheWay(file)
  return yield* writing(() => place(from, file))
})

const place = async (from: string, to: string) => {
  try {
    await link(from, to)
  } catch (error) {
    // A file system without links, such as that of a memory stick.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error
    await rename(from, to)
  }
}
