/** The locks of the datasets: where they lie, what they say about today's contracts, and how they are written. */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { datasetId, type Registered, type Registry } from "@pos/contract"
import {
  type Lock,
  lockOf,
  lockText,
  readLock,
  type Review,
  review,
  reviewGone,
  reviewNew,
  type UnknownPart,
  type UnreadableLock,
} from "@pos/evolution"
import { compile, type UnsupportedInDialect, type UnsupportedTable } from "@pos/sql"
import { Effect, Schema } from "effect"

/** Beside each dataset's sources. */
export const LOCK = "contract.lock.json"
const DATASETS = "libs/pos"

/** A dataset whose folder is not where its table's name says. */
export class NoFolder extends Schema.TaggedError<NoFolder>()("NoFolder", { dataset: Schema.String }) {
  override get message(): string {
    return `${this.dataset} has no folder ${DATASETS}/${this.dataset.replaceAll("_", "-")} for its ${LOCK}: call the folder like the table.`
  }
}

/** A lock as it lies in the repository; `path` is from the root. */
interface Found {
  readonly path: string
  readonly lock: Lock
}

/** A dataset today, beside what was released of it. */
interface Compared {
  readonly review: Review
  readonly path: string
  /** What the lock must say; none for a dataset that is gone. */
  readonly today: Lock | undefined
}

export type CheckError = NoFolder | UnknownPart | UnreadableLock | UnsupportedInDialect | UnsupportedTable

const readLocks = (root: string): Effect.Effect<ReadonlyArray<Found>, UnreadableLock> => {
  const paths = readdirSync(join(root, DATASETS))
    .map((folder) => `${DATASETS}/${folder}/${LOCK}`)
    .filter((path) => existsSync(join(root, path)))
    .toSorted()
  return Effect.forEach(paths, (path) =>
    Effect.map(readLock(path, readFileSync(join(root, path), "utf8")), (lock) => ({ path, lock })),
  )
}

/** The lock of a table, or else of the contract's name: a table that is renamed is still the same contract. */
const lockFor = (locks: ReadonlyArray<Found>, taken: ReadonlySet<string>, { contract, curated }: Lock) => {
  const free = locks.filter(({ path }) => !taken.has(path))
  return (
    free.find(({ lock }) => lock.curated.name === curated.name) ?? free.find(({ lock }) => lock.contract === contract)
  )
}

const lockedToday = (entry: Registered) =>
  Effect.flatMap(compile(entry.dataset, entry.kpis), (content) => lockOf(entry, content))

/** Every dataset of the registry against its lock, and every lock whose dataset is gone. */
export const checkLocks = (root: string, entries: Registry): Effect.Effect<ReadonlyArray<Compared>, CheckError> =>
  Effect.gen(function* () {
    const locks = yield* readLocks(root)
    const taken = new Set<string>()
    const compared: Array<Compared> = []
    // Tables whose names did not change come first, so that no other contract takes their locks.
    const present = yield* Effect.forEach(entries, (entry) =>
      Effect.map(lockedToday(entry), (today) => ({ id: datasetId(entry.dataset), today })),
    )
    const hasOwnLock = (today: Lock) => locks.some(({ lock }) => lock.curated.name === today.curated.name)
    const inOrder = [
      ...present.filter((one) => hasOwnLock(one.today)),
      ...present.filter((one) => !hasOwnLock(one.today)),
    ]
    for (const { id, today } of inOrder) {
      const found = lockFor(locks, taken, today)
      if (found === undefined) {
        const folder = `${DATASETS}/${id.replaceAll("_", "-")}`
        if (!existsSync(join(root, folder))) return yield* new NoFolder({ dataset: id })
        compared.push({ review: reviewNew(id, today), path: `${folder}/${LOCK}`, today })
      } else {
        taken.add(found.path)
        compared.push({ review: review(id, found.lock, today), path: found.path, today })
      }
    }
    for (const { path, lock } of locks)
      if (!taken.has(path)) compared.push({ review: reviewGone(lock.curated.name, lock), path, today: undefined })
    return compared
  })

/** Writes the locks of all contracts that differ from theirs, unless one of them is refused. Returns their paths. */
export const writeLocks = (root: string, compared: ReadonlyArray<Compared>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() => {
    if (compared.some(({ review: { verdict } }) => verdict === "refused")) return []
    return compared.flatMap(({ path, review: { verdict }, today }) => {
      if (today === undefined) return []
      const place = join(root, path)
      // A lock of an earlier release may lack what today's would be compared by.
      if (verdict === "same" && readFileSync(place, "utf8") === lockText(today)) return []
      writeFileSync(`${place}.new`, lockText(today))
      renameSync(`${place}.new`, place)
      return [path]
    })
  })
