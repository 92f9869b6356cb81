import { Option } from "effect"
import { type EventTime, eventDate } from "./event-time.ts"
import type { RunId } from "./run-id.ts"

/** Where suppliers put files. Everything else in the source bucket is ignored. */
export const incomingPrefix = "incoming/"

/** Where a run's documents lie in the results bucket. */
export const runsPrefix = "runs/"

/** Where the pages of a day lie in the results bucket, `DATE.html`, and the newest one's copy. */
export const reportsPrefix = "reports/"

/** The names of folders and documents, for both languages. */
export const layoutNames = {
  manifest: "manifest.json",
  validation: "validation",
  transformation: "transformation",
  summary: "summary.json",
  fileLines: "files.jsonl",
  validated: "validated",
  shards: "shards",
  repair: "repair.json",
  files: "files",
  reports: "reports",
  quarantine: "quarantine",
  /** The words of a plan, beside it. */
  words: "words.json",
} as const

/** Where small files share a Parquet file of rows: the column with the number of a row's file among them, from 0. */
export const memberColumn = "source_member"

/** The keys of a run's documents in the results bucket. */
export const runLayout = (runId: RunId) => {
  const root = `${runsPrefix}${runId}`
  const { fileLines, manifest, summary, transformation, validated, validation } = layoutNames
  return {
    root: `${root}/`,
    manifest: `${root}/${manifest}`,
    validationSummary: `${root}/${validation}/${summary}`,
    fileVerdicts: `${root}/${validation}/${fileLines}`,
    validated: `${root}/${validation}/${validated}/`,
    transformationSummary: `${root}/${transformation}/${summary}`,
  } as const
}

/** The prefix in the rejected bucket under which a run's rejected files lie. */
export const rejectedPrefix = (eventTime: EventTime, runId: RunId): string =>
  `date=${eventDate(eventTime)}/run=${runId}/`

/**
 * Where the rejected bucket keeps the files of one run, the reports on them and the rows that were kept out of files
 * that were loaded: below a number each, which is the file's place in the manifest. No key of a supplier's reaches
 * another file, or a report. Verdicts name the objects; nobody needs to put their keys together.
 */
export const rejectedLayout = (eventTime: EventTime, runId: RunId) => {
  const root = rejectedPrefix(eventTime, runId)
  const { files, quarantine, reports } = layoutNames
  return { files: `${root}${files}/`, reports: `${root}${reports}/`, quarantine: `${root}${quarantine}/` } as const
}

/** An object in S3. */
export interface Location {
  readonly bucket: string
  readonly key: string
}

export const formatUri = ({ bucket, key }: Location): string => `s3://${bucket}/${key}`

/** The object that an `s3://bucket/key` URI names; none for anything else. Keys are taken as they are, not decoded. */
export const locationFromUri = (uri: string): Option.Option<Location> => {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? []
  return bucket === undefined || key === undefined ? Option.none() : Option.some({ bucket, key })
}
