/** Whether a contract may be released as it is: its changes against the version that it says. */
import { Schema } from "effect"
import { Change } from "./change.ts"
import { compare } from "./compare/compare.ts"
import { Impact, impactOf, together } from "./impact.ts"
import type { Lock } from "./lock.ts"
import { compareVersions, isVersion, nextVersion } from "./version.ts"
import { wordsOf } from "./words.ts"

const Reviewed = Schema.Struct({ change: Change, words: Schema.String, impact: Impact })

/** `same`: the lock is the contract. `pending`: it may be released. `refused`: not as it is; `problem` says why. */
export const Review = Schema.Struct({
  dataset: Schema.String,
  verdict: Schema.Literals(["same", "pending", "refused"]),
  /** The version of the lock, and the one that the contract says. */
  released: Schema.NullOr(Schema.String),
  today: Schema.NullOr(Schema.String),
  /** The least version that the changes need. */
  needed: Schema.NullOr(Schema.String),
  changes: Schema.Array(Reviewed),
  problem: Schema.NullOr(Schema.String),
})
export type Review = typeof Review.Type

const reviewed = (change: Change): typeof Reviewed.Type => ({
  change,
  words: wordsOf(change),
  impact: impactOf(change),
})

interface Versions {
  readonly released: string
  readonly today: string
  readonly needed: string | null
}

const versionProblem = ({ released, today, needed }: Versions): string | null => {
  if (!isVersion(today)) return `"${today}" is no version such as 1.4.0`
  if (compareVersions(today, released) < 0) return `its version is ${today}, below ${released}, which is released`
  if (needed !== null && compareVersions(today, needed) < 0)
    return `its version is ${today}, and the changes since ${released} need ${needed} or above`
  return null
}

/** A contract against its lock. */
export const review = (dataset: string, released: Lock, today: Lock): Review => {
  const changes = compare(released, today)
  const all = together(changes)
  const needed = all === undefined ? null : nextVersion(released.version, all.release)
  const problem = versionProblem({ released: released.version, today: today.version, needed })
  const same = changes.length === 0 && released.version === today.version
  return {
    dataset,
    verdict: problem !== null ? "refused" : same ? "same" : "pending",
    released: released.version,
    today: today.version,
    needed,
    changes: changes.map(reviewed),
    problem,
  }
}

/** A contract that has no lock yet. */
export const reviewNew = (dataset: string, today: Lock): Review => {
  const problem = isVersion(today.version) ? null : `"${today.version}" is no version such as 1.4.0`
  return {
    dataset,
    verdict: problem === null ? "pending" : "refused",
    released: null,
    today: today.version,
    needed: null,
    changes: [reviewed(Change.cases.DatasetAdded.make({}))],
    problem,
  }
}

/** A lock whose dataset is gone. */
export const reviewGone = (dataset: string, released: Lock): Review => ({
  dataset,
  verdict: "refused",
  released: released.version,
  today: null,
  needed: null,
  changes: [reviewed(Change.cases.DatasetRemoved.make({}))],
  problem: "its lock is there, and no dataset of the registry has this table or this contract's name",
})
