/** Which key each file gets in the source bucket. Pure. */
import { datasetOfKey, datasetPrefix, incomingPrefix } from "@pos/pipeline"
import type { OfDataset } from "../dataset/find.ts"
import type { LocalFile } from "../workspace/folder.ts"

/** S3's limit on a key, in bytes of UTF-8. */
const LONGEST_KEY = 1024

/** The files whose keys S3 would refuse. */
export const tooLong = (files: ReadonlyArray<Placed>): ReadonlyArray<Placed> =>
  files.filter(({ key }) => Buffer.byteLength(key) > LONGEST_KEY)

export interface Placed extends LocalFile {
  readonly key: string
}

/**
 * `incoming/` and the file's name, with the folders below the one that was named; between the two stands the dataset,
 * unless the key says it as it is. `datasets` are all that there are, the default one first. Two files of the same name keep
 * apart by a number: one key in one run must mean one file, since rejected files are kept by key. A backslash is part of
 * a name here, as S3 sees it.
 */
export const place = (
  files: ReadonlyArray<Pick<OfDataset, "dataset" | "file">>,
  datasets: readonly [string, ...ReadonlyArray<string>],
): ReadonlyArray<Placed> => {
  const taken = new Set<string>()
  return files.map(({ dataset, file }) => {
    const { name } = file
    const own = datasetOfKey(incomingPrefix + name, datasets) === dataset
    const prefix = own ? incomingPrefix : datasetPrefix(dataset)
    let key = prefix + name
    for (let number = 2; taken.has(key); number++) key = prefix + numbered(name, number)
    taken.add(key)
    return { ...file, key }
  })
}

/** `a/day.csv.gz` → `a/day-2.csv.gz`. */
const numbered = (name: string, number: number): string => {
  const slash = name.lastIndexOf("/") + 1
  const dot = name.indexOf(".", slash + 1)
  return dot === -1 ? `${name}-${number}` : `${name.slice(0, dot)}-${number}${name.slice(dot)}`
}
