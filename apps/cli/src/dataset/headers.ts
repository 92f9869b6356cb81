/** The column names that a file may be read by, from its first bytes (Parquet: its last). What the job would say of the file is its own affair. */
import { open } from "node:fs/promises"
import { gunzipSync, constants } from "node:zlib"

/** More than the longest header that the job takes is no header. */
const HEAD = 1 << 20
const SEARCHED_LINES = 20
const SEPARATORS = [",", ";", "\t", "|"]
const GZIP = Buffer.from([0x1f, 0x8b])
const PARQUET = Buffer.from("PAR1")
/** Footers grow with columns and row groups; the names come first in one, and again with each row group. */
const FOOTER = 1 << 22

/**
 * What may be the file's header, the first line first. A text has several: whatever its lines are separated by, and where a
 * title stands before it. Empty: nothing can be told from the file.
 */
export interface Headers {
  readonly candidates: ReadonlyArray<ReadonlyArray<string>>
  /** Whether the file names a column so, where its names can't be listed. */
  readonly has?: (name: string) => boolean
}

const none: Headers = { candidates: [] }

export const readHeaders = async (path: string | Buffer): Promise<Headers> => {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return none
  try {
    const { size } = await file.stat()
    const piece = async (start: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
      return buffer.subarray(0, bytesRead)
    }
    const head = await piece(0, Math.min(HEAD, size))
    if (head.subarray(0, 4).equals(PARQUET)) {
      const length = Math.min(FOOTER, size)
      return footerNames(await piece(size - length, length))
    }
    return textHeaders(head.subarray(0, 2).equals(GZIP) ? unzipped(head) : head)
  } catch {
    return none
  } finally {
    await file.close()
  }
}

/** As much of the content as the first bytes hold. */
const unzipped = (head: Buffer): Buffer =>
  gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: HEAD * 64 }).subarray(0, HEAD)

/** Parquet's footer has each name as a text with its length before it. */
const footerNames = (footer: Buffer): Headers => ({
  candidates: [],
  has: (name) => {
    const bytes = Buffer.from(name)
    return bytes.length < 128 && footer.includes(Buffer.concat([Buffer.from([bytes.length]), bytes]))
  },
})

const textHeaders = (head: Buffer): Headers => {
  // UTF-16, which the job refuses, has them between its letters.
  const text = new TextDecoder().decode(head).replaceAll("\0", "")
  if (isBinary(text.slice(0, 1000))) return none
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== "")
  if (lines[0]?.trimStart().startsWith("{") === true) return { candidates: jsonNames(lines) }
  return {
    candidates: lines
      .slice(0, SEARCHED_LINES)
      .flatMap((line) => SEPARATORS.map((separator) => line.split(separator).map(unquoted))),
  }
}

const isBinary = (text: string): boolean => /[^\P{Cc}\t\r\n]/u.test(text)

const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/, "$1")

/** The keys of all of the first lines together: a row may leave out what is not required. */
const jsonNames = (lines: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const names = lines.slice(0, SEARCHED_LINES).flatMap((line) => {
    try {
      return Object.keys(JSON.parse(line) as object)
    } catch {
      return []
    }
  })
  return names.length === 0 ? [] : [[...new Set(names)]]
}
