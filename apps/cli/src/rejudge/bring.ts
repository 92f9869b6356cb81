/** The files of a run on this machine, once for each contract that judges them. */
import type { Manifest } from "@pos/pipeline"
import { Effect, FileSystem, Path } from "effect"
import { download } from "./download.ts"
import type { KeptFile, KeptRun } from "./kept.ts"
import { localFiles } from "./names.ts"
import type { Plans } from "./plans.ts"
import { type Side, sourceOf, uriOf } from "./side.ts"

/** Files on their way to this machine at once. */
const AT_ONCE = 4

export type Sides = readonly [before: Side, after: Side]

/** A file of a run that lies where both sides expect it. */
export interface Here {
  readonly kept: KeptFile
  readonly folder: string
  readonly key: string
  readonly eventTime: string
}

const largestOf = ({ deployed, today }: Plans, dataset: string): number =>
  Math.max(
    ...[deployed, today].map(
      ({ plan }) => plan.datasets[dataset]?.policies.largestFile.plain ?? Number.POSITIVE_INFINITY,
    ),
  )

/** Brings a run's files to where both sides expect them; those that are still there. */
export const bring = Effect.fnUntraced(function* (
  plans: Plans,
  sides: Sides,
  dataset: string,
  { files, manifest }: KeptRun,
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const largest = largestOf(plans, dataset)
  const places = localFiles(
    files.map(({ file }) => file),
    manifest.eventTime,
  )
  const found = yield* Effect.forEach(
    files,
    Effect.fnUntraced(function* (kept, at) {
      const place = places[at]
      if (place === undefined) return undefined
      const { size } = kept.file
      const [one, other] = sides.map((side) => path.join(sourceOf(side, place.folder), place.key)) as [string, string]
      if (size > largest) {
        // Both refuse it unread: its size is enough, and a hole in the disk has it.
        yield* fs.makeDirectory(path.dirname(one), { recursive: true })
        yield* fs.writeFileString(one, "")
        yield* fs.truncate(one, size)
      } else if (!(yield* download(kept.from, size, one))) return undefined
      // A second name, and no second copy: each side moves away what it rejects.
      yield* fs.makeDirectory(path.dirname(other), { recursive: true })
      yield* fs.link(one, other)
      return { ...place, kept } satisfies Here
    }),
    { concurrency: AT_ONCE },
  )
  return found.filter((one) => one !== undefined)
})

/** What stands for the bucket of a file on a side. */
export const bucketOf = (side: Side, { folder }: Here): string => uriOf(sourceOf(side, folder))

/** A run's manifest, over the files that are here. */
export const manifestOf = (side: Side, { manifest }: KeptRun, here: ReadonlyArray<Here>): Manifest => ({
  runId: manifest.runId,
  eventTime: manifest.eventTime,
  ...(manifest.dataset === undefined ? {} : { dataset: manifest.dataset }),
  files: here.map((file) => ({
    bucket: bucketOf(side, file),
    key: file.key,
    size: file.kept.file.size,
    eventTime: file.eventTime,
  })),
})
