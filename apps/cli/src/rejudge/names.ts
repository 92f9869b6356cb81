/** What files of S3 are called on this machine, where names are shorter and some lead elsewhere. Pure. */
import { createHash } from "node:crypto"
import type { ManifestFile } from "@pos/pipeline"

/** Bytes of one part of a path; file systems take 255. */
const LONGEST = 200

const partOf = (part: string): string => {
  if (part === "" || part === "." || part === "..") return `_${part.length}`
  const plain = part.replaceAll("\0", "_")
  if (Buffer.byteLength(plain) <= LONGEST) return plain
  // The end stays, as it may say what the file is.
  return `${createHash("sha256").update(part).digest("hex")}${/\.\w{1,10}$/.exec(plain)?.[0] ?? ""}`
}

const micros = (time: string): bigint => {
  const [seconds = "", fraction = ""] = time.replace("Z", "").split(".")
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6))
}

const timeOf = (at: bigint): string => {
  const seconds = new Date(Number(at / 1000n)).toISOString().slice(0, 19)
  return `${seconds}.${(at % 1_000_000n).toString().padStart(6, "0")}Z`
}

export interface LocalFile {
  /** The folder that stands for the bucket: versions of one key can't lie in one. */
  readonly folder: string
  readonly key: string
  readonly eventTime: string
}

/**
 * A place for each file of a manifest. The key stays as it is where a file system lets it: what is declared for a prefix holds
 * for it. Versions of one key keep their order by their times, as they no longer share a key.
 */
export const localFiles = (
  files: ReadonlyArray<Pick<ManifestFile, "key" | "eventTime">>,
  eventTime: string,
): ReadonlyArray<LocalFile> => {
  const before = new Map<string, { readonly versions: number; readonly at: bigint }>()
  return files.map((file) => {
    const key = file.key.split("/").map(partOf).join("/")
    // Some file systems take `A.csv` and `a.csv` for one.
    const folded = key.toLowerCase()
    const known = before.get(folded)
    const own = micros(file.eventTime ?? eventTime)
    const at = known === undefined || own > known.at ? own : known.at + 1n
    const versions = known?.versions ?? 0
    before.set(folded, { versions: versions + 1, at })
    return { folder: `v${versions}`, key, eventTime: timeOf(at) }
  })
}
