import { EventTime, type ManifestFile, incomingPrefix } from "@pos/pipeline"
import { Effect, Schema } from "effect"

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const S3Record = Schema.Struct({
  eventName: Schema.NonEmptyString,
  eventTime: EventTime,
  s3: Schema.Struct({
    bucket: Schema.Struct({ name: Schema.NonEmptyString }),
    object: Schema.Struct({
      key: Schema.NonEmptyString,
      size: Schema.optionalKey(Schema.Natural),
      eTag: Schema.optionalKey(Schema.NonEmptyString),
      versionId: Schema.optionalKey(Schema.NonEmptyString),
      sequencer: Schema.optionalKey(Schema.NonEmptyString),
    }),
  }),
})
type S3Record = typeof S3Record.Type

const Notification = Schema.fromJsonString(
  Schema.Union([
    Schema.Struct({ Records: Schema.Array(S3Record) }),
    // S3 sends this once, when the notification is configured.
    Schema.Struct({ Event: Schema.Literal("s3:TestEvent") }),
  ]),
)

/** The message is no S3 notification, or a key in it is not URL-encoded as S3 does. */
export class BadMessage extends Schema.TaggedError<BadMessage>()("BadMessage", { detail: Schema.String }) {}

/** An object that starts nothing, and why. */
export interface Dropped {
  readonly key: string
  readonly why: "test event" | "not a creation" | "folder marker" | "outside incoming/"
}

/** A version that came, and when. */
export type AnnouncedFile = ManifestFile & { readonly eventTime: EventTime }

export interface Found {
  readonly files: ReadonlyArray<AnnouncedFile>
  readonly dropped: ReadonlyArray<Dropped>
}

/** The object versions that a message's body announces. All of them, not only the first. */
export const readNotification = Effect.fnUntraced(function* (body: string): Effect.fn.Return<Found, BadMessage> {
  const notification = yield* Schema.decodeUnknownEffect(Notification)(body).pipe(
    Effect.mapError((error) => new BadMessage({ detail: error.message })),
  )
  if ("Event" in notification) return { files: [], dropped: [{ key: "", why: "test event" }] }
  const records = yield* Effect.forEach(notification.Records, (record) =>
    Effect.map(decodeKey(record.s3.object.key), (key) => ({ record, key })),
  )
  return {
    files: records.filter(({ key, record }) => reasonToDrop(record, key) === undefined).map(toFile),
    dropped: records.flatMap(({ key, record }) => {
      const why = reasonToDrop(record, key)
      return why === undefined ? [] : [{ key, why }]
    }),
  }
})

/** S3 encodes keys as HTML forms do: a space is `+`, everything else percent-encoded UTF-8. */
const decodeKey = (key: string) =>
  Effect.try({
    try: () => decodeURIComponent(key.replaceAll("+", " ")),
    catch: () => new BadMessage({ detail: `the key ${JSON.stringify(key)} is not URL-encoded` }),
  })

const reasonToDrop = (record: S3Record, key: string): Dropped["why"] | undefined => {
  if (!/^(s3:)?ObjectCreated:/.test(record.eventName)) return "not a creation"
  if (key.endsWith("/")) return "folder marker"
  if (!key.startsWith(incomingPrefix)) return "outside incoming/"
  return undefined
}

const toFile = ({ key, record }: { readonly record: S3Record; readonly key: string }) => {
  const { eTag, sequencer, size, versionId } = record.s3.object
  return {
    bucket: record.s3.bucket.name,
    key,
    size: size ?? 0,
    eventTime: record.eventTime,
    ...(versionId === undefined ? {} : { versionId }),
    ...(eTag === undefined ? {} : { etag: eTag }),
    ...(sequencer === undefined ? {} : { sequencer }),
  }
}
