import { Order, Schema } from "effect"
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
})
export type ManifestFile = typeof ManifestFile.Type

/** Sequencers are hexadecimal texts of differing length: the shorter is padded on the left before they are compared. */
const bySequencer = Order.make<ManifestFile>((left, right) => {
  const width = Math.max(left.sequencer?.length ?? 0, right.sequencer?.length ?? 0)
  const padded = (file: ManifestFile) => (file.sequencer ?? "").toUpperCase().padStart(width, "0")
  return Order.String(padded(left), padded(right))
})

const byPlaceAndTime: Order.Order<ManifestFile> = Order.combineAll([
  Order.mapInput(Order.String, (file: ManifestFile) => file.bucket),
  Order.mapInput(Order.String, (file: ManifestFile) => file.key),
  bySequencer,
  Order.mapInput(Order.String, (file: ManifestFile) => file.eventTime ?? ""),
  Order.mapInput(Order.String, (file: ManifestFile) => versionOf(file)),
])

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
  return files.toSorted(byPlaceAndTime).filter((file) => {
    const identity = identityOf(file)
    if (seen.has(identity)) return false
    seen.add(identity)
    return true
  })
}
