/** Reference data that came before the moment from which on files are judged again: later rows refer to it. */
import { ObjectStore, type ObjectVersion } from "@pos/aws"
import { compactTime, datasetPrefix, RunId } from "@pos/pipeline"
import { Effect, Schema, Stream } from "effect"
import type { KeptRun } from "./kept.ts"
import type { PlanView } from "./plans.ts"

const asRunId = Schema.decodeSync(RunId)

/** A file alone, as the run that it might have had. */
const runOf = (bucket: string, dataset: string, { key, modified, size, versionId }: ObjectVersion): KeptRun => {
  const eventTime = modified.toISOString()
  const file = { bucket, key, versionId, size, eventTime }
  return {
    manifest: {
      runId: asRunId(`${compactTime(eventTime)}-000000000000`),
      eventTime,
      dataset,
      files: [file],
    },
    files: [{ file, from: { bucket, key, versionId }, recorded: undefined }],
    unreadable: 0,
  }
}

/**
 * What stood in a dataset's table at that moment: of whole lists the newest, of changes all that are kept, the oldest first.
 * Rejected files have left the source. None for facts, and for the default dataset, whose files have no prefix of their own.
 */
export const earlierReference = Effect.fn("earlierReference")(function* (
  source: string,
  dataset: string,
  { datasets, defaultDataset }: PlanView,
  since: Date,
) {
  const { delivers, kind } = datasets[dataset] ?? {}
  if (kind !== "reference" || dataset === defaultDataset) return []
  const store = yield* ObjectStore
  const found = yield* store.versions(source, datasetPrefix(dataset)).pipe(
    Stream.filter(({ key, modified }) => modified < since && !key.endsWith("/")),
    Stream.runCollect,
  )
  const ordered = [...found].toSorted((one, other) => one.modified.getTime() - other.modified.getTime())
  return (delivers === "wholeList" ? ordered.slice(-1) : ordered).map((version) => runOf(source, dataset, version))
})
