/** What two contracts say of the same files. Pure. */
import type { FileLine, Manifest } from "@pos/pipeline"
import type { Flip, OfDataset } from "./document.ts"
import type { KeptFile } from "./kept.ts"

/** A file, and its line by each of the two contracts. */
export interface Pair {
  readonly kept: KeptFile
  readonly before: FileLine
  readonly after: FileLine
}

/** Invalid rows of files that came to the tables all the same, and of those that did not: both are kept out of the figures. */
const moreInvalid = ({ after, before }: Pair): number => after.rows.invalid - before.rows.invalid

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + Math.max(0, value), 0)

const flipOf =
  (dataset: string, { runId }: Manifest) =>
  ({ after, before, kept }: Pair): Flip => ({
    dataset,
    runId,
    file: kept.file.key,
    versionId: kept.file.versionId ?? null,
    before: before.verdict,
    after: after.verdict,
    recorded: kept.recorded ?? null,
    rows: { before: before.rows, after: after.rows },
    reasons: (after.verdict === "rejected" ? after : before).reasons.filter(({ severity }) => severity === "error"),
  })

export const compareVerdicts = (
  dataset: string,
  manifest: Manifest,
  pairs: ReadonlyArray<Pair>,
): {
  readonly flips: ReadonlyArray<Flip>
  readonly tally: Pick<OfDataset, "newlyAccepted" | "newlyRejected" | "rows">
} => {
  const flips = pairs.filter(({ after, before }) => after.verdict !== before.verdict).map(flipOf(dataset, manifest))
  const newlyRejected = flips.filter(({ after }) => after === "rejected").length
  return {
    flips,
    tally: {
      newlyRejected,
      newlyAccepted: flips.length - newlyRejected,
      rows: {
        newlyInvalid: sum(pairs.map(moreInvalid)),
        newlyValid: sum(pairs.map((pair) => -moreInvalid(pair))),
      },
    },
  }
}
