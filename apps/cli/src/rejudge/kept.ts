/** The files that runs have judged, and where their bytes lie today: accepted ones in the source, rejected ones apart. */
import { ObjectStore } from "@pos/aws"
import {
  compactTime,
  type FileLine,
  type Location,
  locationFromUri,
  type Manifest,
  type ManifestFile,
  RunId,
  runsPrefix,
} from "@pos/pipeline"
import { readManifest, readVerdicts } from "@pos/runs"
import { Effect, Option, Schema, Stream } from "effect"

export interface KeptFile {
  readonly file: ManifestFile
  /** What its run said of it; undefined where it did not get so far. */
  readonly recorded: FileLine["verdict"] | undefined
  readonly from: Location & { readonly versionId?: string | undefined }
}

export interface KeptRun {
  readonly manifest: Manifest
  readonly files: ReadonlyArray<KeptFile>
  /** Files that nobody can read: they stay where they are, and were never judged by what is in them. */
  readonly unreadable: number
}

const isRunId = Schema.is(RunId)

/** The ids of the runs whose newest file came at this moment or later, the oldest first. */
export const runsSince = Effect.fn("runsSince")(function* (results: string, since: Date) {
  const store = yield* ObjectStore
  const begin = `${runsPrefix}${compactTime(since.toISOString())}`
  return yield* store.list(results, runsPrefix, begin).pipe(
    Stream.map(({ key }) => key.split("/")[1]),
    Stream.filter(isRunId),
    // A run has many documents, one behind the other.
    Stream.changes,
    Stream.runCollect,
  )
})

const identityOf = ({ bucket, etag, key, versionId }: ManifestFile) =>
  JSON.stringify([bucket, key, versionId ?? etag ?? null])

const nameOf = (bucket: string, key: string, versionId: string | null | undefined) =>
  JSON.stringify([bucket, key, versionId ?? null])

const placeOf = ({ bucket, key, versionId }: ManifestFile, line: FileLine | undefined): KeptFile["from"] | undefined =>
  line?.verdict === "rejected"
    ? Option.getOrUndefined(locationFromUri(line.rejected ?? ""))
    : { bucket, key, versionId }

/**
 * What a run worked on; undefined where it has no manifest. `known` are the versions of earlier runs: a version that was
 * announced twice is judged once. It is added to.
 */
export const readKept = Effect.fn("readKept")(function* (results: string, run: RunId, known: Set<string>) {
  const manifest = yield* readManifest(results, run)
  if (manifest === undefined) return undefined
  const lines = new Map(
    (yield* readVerdicts(results, run)).map((line) => [nameOf(line.bucket, line.file, line.versionId), line]),
  )
  const files: Array<KeptFile> = []
  let unreadable = 0
  for (const file of manifest.files) {
    const line = lines.get(nameOf(file.bucket, file.key, file.versionId))
    const identity = identityOf(file)
    // An earlier run has dealt with what this one skipped.
    if (line?.verdict === "skipped" || known.has(identity)) continue
    known.add(identity)
    const from = placeOf(file, line)
    if (from === undefined) unreadable += 1
    else files.push({ file, from, recorded: line?.verdict })
  }
  return { manifest, files, unreadable } satisfies KeptRun
})
