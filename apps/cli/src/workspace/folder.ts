/** A folder's files, to the bottom. Names are read as bytes: not every one is text. */
import { readdirSync, statSync } from "node:fs"

export interface LocalFile {
  /** As reports call it. */
  readonly path: string
  /** Relative to the folder that was named; the base name of a file that was named itself. */
  readonly name: string
  readonly size: number
  /** What opens it where the path does not: a name that is no text (not UTF-8). */
  readonly raw?: Buffer | undefined
}

/** Something in a folder that is no file to be read, and why, as a sentence. */
export interface LeftOut {
  readonly path: string
  readonly why: string
}

export interface FoundFiles {
  readonly files: ReadonlyArray<LocalFile>
  readonly leftOut: ReadonlyArray<LeftOut>
}

const SLASH = Buffer.from("/")
const DOT = ".".charCodeAt(0)

/** All files below a folder, in order of name. What cannot be read is told, and the rest goes on. */
export const within = (folder: string): FoundFiles => {
  const files: Array<LocalFile> = []
  const leftOut: Array<LeftOut> = []
  const root = Buffer.from(folder.endsWith("/") ? folder.slice(0, -1) : folder)
  // Links may lead back up: each folder is entered once.
  const entered = new Set<string>()

  const enter = (place: Buffer): void => {
    const shown = textOf(place)
    try {
      const { dev, ino } = statSync(place, { bigint: true })
      if (entered.has(`${dev}:${ino}`)) return void leftOut.push({ path: shown, why: "is a link to a folder above it" })
      entered.add(`${dev}:${ino}`)
      const names = readdirSync(place, { encoding: "buffer" }).filter((name) => name[0] !== DOT)
      for (const name of names.toSorted(Buffer.compare)) visit(Buffer.concat([place, SLASH, name]))
    } catch (error) {
      leftOut.push({ path: shown, why: `cannot be read (${codeOf(error)})` })
    }
  }

  const visit = (place: Buffer): void => {
    const path = textOf(place)
    const stat = attemptStat(place)
    if (stat === undefined) return void leftOut.push({ path, why: "leads to nothing that can be read" })
    if (stat.isDirectory()) return enter(place)
    if (!stat.isFile()) return void leftOut.push({ path, why: "is neither a file nor a folder" })
    const name = textOf(place.subarray(root.length + 1))
    files.push({ path, name, size: stat.size, ...(isText(place) ? {} : { raw: place }) })
  }

  enter(root)
  return { files, leftOut }
}

const attemptStat = (place: Buffer) => {
  try {
    return statSync(place)
  } catch {
    return undefined
  }
}

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString("utf8")).equals(bytes)

/** A name as text: bytes that are none stand as `%E9`. */
const textOf = (bytes: Buffer): string => {
  if (isText(bytes)) return bytes.toString("utf8")
  let text = ""
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((size) => at + size <= bytes.length && isText(bytes.subarray(at, at + size)))
    text +=
      length === undefined
        ? `%${bytes.readUInt8(at).toString(16).toUpperCase().padStart(2, "0")}`
        : bytes.toString("utf8", at, at + length)
    at += length ?? 1
  }
  return text
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)
