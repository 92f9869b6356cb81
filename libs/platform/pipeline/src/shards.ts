import { Schema } from "effect"

/** A part of a manifest that one run of the validation job judges: `count` of its files, from index `first` on. */
export const Shard = Schema.Struct({ first: Schema.Natural, count: Schema.Natural }).annotate({ identifier: "Shard" })
export type Shard = typeof Shard.Type

/**
 * Bytes of source files that one run of the validation job judges: 8 GiB.
 *
 * It is a matter of time, not of memory or disk, which a job needs by the file: clean CSV takes a minute or two, JSON
 * lines, the slowest format, stay well below the job's limit of two hours. docs/sizing.md has the arithmetic.
 */
export const shardBytes = 8 * 1024 ** 3

/**
 * More than these there are never: beyond, shards are larger than the limit. Step Functions ends an execution whose history
 * has 25,000 events, and so many shards are within that even if all of them wait for their turn as long as they may.
 */
export const mostShards = 64

interface Sized {
  readonly size: number
}

/** The fewest runs of neighbours, each within `capacity` unless a file alone is larger. */
const fill = (files: ReadonlyArray<Sized>, capacity: number): ReadonlyArray<Shard> => {
  const shards: Array<Shard> = []
  let [first, bytes] = [0, 0]
  for (const [index, { size }] of files.entries()) {
    if (index > first && bytes + size > capacity) {
      shards.push({ first, count: index - first })
      first = index
      bytes = 0
    }
    bytes += size
  }
  return [...shards, { first, count: files.length - first }]
}

/**
 * Splits a manifest's files into as few shards as `limit` bytes each allow, and among these as evenly as their order
 * allows: the slowest shard is what a run waits for. There are at most `mostShards` of them. A file is never split, so that a larger one is a shard alone. The
 * same files give the same shards. There is always one, and for most manifests it is the only one.
 */
export const shardsOf = (files: ReadonlyArray<Sized>, limit: number = shardBytes): ReadonlyArray<Shard> => {
  const fewest = fill(files, limit)
  if (fewest.length === 1) return fewest
  const count = Math.min(fewest.length, mostShards)
  // The smallest capacity that needs no more shards, by bisection.
  let [low, high] = [0, count < fewest.length ? files.reduce((bytes, { size }) => bytes + size, 0) : limit]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (fill(files, middle).length > count) low = middle + 1
    else high = middle
  }
  return fill(files, high)
}
