/** A review as people read it. */
import type { Review } from "./review.ts"

const heading = ({ dataset, released, today, verdict }: Review): string => {
  if (verdict === "same") return `${dataset} ${today ?? ""}: as it was released`
  if (released === null) return `${dataset} ${today ?? ""}: not released yet`
  return `${dataset} ${released} → ${today ?? "gone"}`
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`

const change = ({ words, impact }: Review["changes"][number]): string =>
  `  ${impact.class}, ${impact.release}: ${words}\n` +
  `    affects ${impact.affected.join(", ")}\n` +
  `    ${impact.next}`

const worstFirst = ["breaking", "stricter", "compatible"]

/** A dataset's review: what changed, worst first, who is affected and what to do. */
const renderReview = (review: Review): string => {
  const changes = review.changes.toSorted(
    (a, b) => worstFirst.indexOf(a.impact.class) - worstFirst.indexOf(b.impact.class),
  )
  const problem = review.problem === null ? [] : [`  Refused: ${review.problem}.`]
  return [heading(review), ...changes.map(change), ...problem].join("\n")
}

const REVERT =
  "If the lock of this branch is not on main yet, take main's back first (git checkout origin/main -- the contract.lock.json " +
  "below libs/pos): a version that is not released has room for more changes."

/** What to do next, given all reviews and the locks that were written by them. */
const renderNext = (reviews: ReadonlyArray<Review>, written: ReadonlyArray<string>): string => {
  const refused = reviews.filter(({ verdict }) => verdict === "refused")
  if (refused.length > 0) {
    const raise = refused.flatMap(({ dataset, needed }) => (needed === null ? [] : [`${needed} for ${dataset}`]))
    const how =
      raise.length === 0
        ? "Mend that, or undo the change, and check again."
        : `Undo the changes, or set \`version\` in the dataset's src/dataset.ts: ${raise.join(", ")}. ${REVERT}`
    return `${plural(refused.length, "contract")} refused. ${how}`
  }
  if (written.length > 0)
    return `${plural(written.length, "contract")} released. Commit the lock with the change, and have it reviewed with the rest.`
  const pending = reviews.filter(({ verdict }) => verdict === "pending")
  if (pending.length > 0)
    return (
      `${plural(pending.length, "contract")} may be released. Write the lock with \`npx nx run plan:release\` before you ` +
      "merge, and have it reviewed with the rest."
    )
  return `${plural(reviews.length, "contract")} as released.`
}

/** All of it; `written` are the locks that were written after the review. */
export const renderReviews = (
  reviews: ReadonlyArray<Review>,
  { written = [] }: { readonly written?: ReadonlyArray<string> } = {},
): string => `${[...reviews.map(renderReview), renderNext(reviews, written)].join("\n\n")}\n`
