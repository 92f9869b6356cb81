import { Array, Order, Schema } from "effect"
import { EventTime } from "./event-time.ts"

/**
 * One exact object version. `bucket` is a bucket's name, or `file:///folder` for a run without S3 (the path is then
 * `folder/key`). `size` is in bytes; `sequencer` orders the writes to one key (hexadecimal, as S3 sends it).
 */
export const ManifestFile = Schema.Struct({
  bucket: Schema.NonEmptyString,
  key: Schema.NonEmptyString,
  versionId: Schema.optionalKey(Schema.NonEmptyString),
  etag: Schema.optionalKey(Schema.NonEmptyString),
  size: Schema.Natural,
  sequencer: Schema.optionalKey(Schema.NonEmptyString),
  eventTime: Schema.optionalKey(EventTime),
}).annotate({ identifier: "ManifestFile" })
export type ManifestFile = typeof ManifestFile.Type

/**
 * "The sequencers can be different lengths. To compare these values, right-pad the shorter value with zeros, and then do a
 * lexicographical comparison." (https://repost.aws/knowledge-center/s3-duplicate-sqs-messages, and in the guide:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html) So trailing zeros say nothing.
 */
const comparable = (sequencer: string): string => sequencer.toUpperCase().replace(/0+$/, "")

const byPlace: Order.Order<ManifestFile> = Order.combineAll([
  Order.mapInput(Order.String, (file: ManifestFile) => file.bucket),
  Order.mapInput(Order.String, (file: ManifestFile) => file.key),
])

const byTime = Order.mapInput(Order.String, (file: ManifestFile) => padded(file.eventTime ?? ""))

/** Times have up to nine fractional digits. */
const padded = (time: string): string => {
  const [seconds = "", fraction = ""] = time.replace("Z", "").split(".")
  return `${seconds}.${fraction.padEnd(9, "0")}`
}

const byVersion = Order.mapInput(Order.String, (file: ManifestFile) => versionOf(file))

const bySequencer = Order.mapInput(Order.String, (file: ManifestFile) => comparable(file.sequencer ?? ""))

/**
 * The order in which the versions of one key were written. Two writes may have the same time: S3 tells it to the
 * millisecond. Its sequencers know better, where all versions have one; an order of some by sequencer and of others by
 * time would be none.
 */
const byWrite = (versions: ReadonlyArray<ManifestFile>): Order.Order<ManifestFile> =>
  Order.combineAll(
    versions.every((file) => file.sequencer !== undefined)
      ? [bySequencer, byTime, byVersion]
      : [byTime, bySequencer, byVersion],
  )

/** Without a version id (a bucket without versions) the entity tag tells one write from the next. */
const versionOf = (file: ManifestFile): string => file.versionId ?? file.etag ?? ""

/** What makes two entries the same version. JSON, so that no character of a key can run two fields together. */
export const identityOf = (file: ManifestFile): string => JSON.stringify([file.bucket, file.key, versionOf(file)])

/**
 * Every version once, ordered by bucket, key and write: the same events give the same list, whatever their order.
 * Of two events about one version the earlier write's is kept.
 */
export const orderedVersions = (files: ReadonlyArray<ManifestFile>): ReadonlyArray<ManifestFile> => {
  const seen = new Set<string>()
  return Object.values(Array.groupBy(files, (file) => JSON.stringify([file.bucket, file.key])))
    .map((versions) => versions.toSorted(byWrite(versions)))
    .toSorted(([one], [other]) => (one === undefined || other === undefined ? 0 : byPlace(one, other)))
    .flat()
    .filter((file) => {
      const identity = identityOf(file)
      if (seen.has(identity)) return false
      seen.add(identity)
      return true
    })
}
