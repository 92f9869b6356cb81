import { Option } from "effect"
import { type EventTime, eventDate } from "./event-time.ts"
import type { RunId } from "./run-id.ts"

/** Where suppliers put files. Everything else in the source bucket is ignored. */
export const incomingPrefix = "incoming/"

/** Where a run's documents lie in the results bucket. */
export const runsPrefix = "runs/"

/** The keys of a run's documents in the results bucket. */
export const runLayout = (runId: RunId) => {
  const root = `${runsPrefix}${runId}`
  return {
    root: `${root}/`,
    manifest: `${root}/manifest.json`,
    validationSummary: `${root}/validation/summary.json`,
    fileVerdicts: `${root}/validation/files.jsonl`,
    validated: `${root}/validation/validated/`,
    transformationSummary: `${root}/transformation/summary.json`,
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
  return { files: `${root}files/`, reports: `${root}reports/`, quarantine: `${root}quarantine/` } as const
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
