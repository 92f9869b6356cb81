import {
  GetObjectCommand,
  paginateListObjectsV2,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { Context, Effect, Layer, Option, Schedule, Stream } from "effect"
import { AwsConnection } from "./connection.ts"
import { AwsError, ObjectChanged, ObjectMissing } from "./errors.ts"
import { call, retries, scoped, toAwsError } from "./internal/call.ts"

export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly etag: string
}

export interface ObjectVersion extends StoredObject {
  readonly versionId: string
  /** The version that readers see now. */
  readonly latest: boolean
  /** When it was written, to the second; S3 tells no finer. */
  readonly modified: Date
}

interface Place {
  readonly bucket: string
  readonly key: string
}

/** `piece` is in bytes, and must begin within the object. */
interface Wanted extends Place {
  readonly versionId?: string | undefined
  readonly piece?: { readonly start: number; readonly length: number } | undefined
}

/** The code of an answer whose body ended early. */
const cutOff = "BodyCutOff"

/**
 * What S3 answers when a condition of a write does not hold, or another write is under way.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html#conditional-error-response
 */
const changed = new Set(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"])

const afterCut = Schedule.exponential("200 millis").pipe(Schedule.jittered)

/** Objects in S3. */
export class ObjectStore extends Context.Service<
  ObjectStore,
  {
    /** An object's bytes, or of a large one a piece; `versionId` pins the version. */
    readonly get: (wanted: Wanted) => Effect.Effect<Uint8Array, AwsError | ObjectMissing>
    /** Writes an object in one request and returns the id of its version, if the bucket keeps versions. */
    readonly put: (
      place: Place,
      body: string | Uint8Array,
      contentType: string,
    ) => Effect.Effect<Option.Option<string>, AwsError>
    /** The same over the object that has this tag, or where there is none: what came meanwhile is not replaced. */
    readonly replace: (
      place: Place,
      body: string | Uint8Array,
      contentType: string,
      seen: Option.Option<string>,
    ) => Effect.Effect<void, AwsError | ObjectChanged>
    /** Every object under the prefix, page by page, in the order of their keys; with `after`, those whose keys come after it. */
    readonly list: (bucket: string, prefix: string, after?: string) => Stream.Stream<StoredObject, AwsError>
    /** Every version under the prefix, page by page; delete markers are left out. */
    readonly versions: (bucket: string, prefix: string) => Stream.Stream<ObjectVersion, AwsError>
  }
>()("@pos/aws/ObjectStore") {
  static readonly layer = Layer.effect(
    ObjectStore,
    Effect.gen(function* () {
      const options = yield* AwsConnection
      const client = yield* scoped(() => new S3Client({ ...options, ...retries }))

      const get = Effect.fn("ObjectStore.get")(function* ({ bucket, key, piece, versionId }: Wanted) {
        const operation = `reading s3://${bucket}/${key}`
        const asked = call(operation, (signal) =>
          client.send(
            new GetObjectCommand({
              Bucket: bucket,
              Key: key,
              ...(versionId ? { VersionId: versionId } : {}),
              ...(piece ? { Range: `bytes=${piece.start}-${piece.start + piece.length - 1}` } : {}),
            }),
            signal,
          ),
        )
        // The SDK's retries end with the answer's head. What is asked for is small enough to be asked for again whole.
        return yield* asked.pipe(
          Effect.flatMap(({ Body }) =>
            call(operation, async () => (await Body?.transformToByteArray()) ?? new Uint8Array()).pipe(
              Effect.mapError(
                ({ cause, detail }) => new AwsError({ operation, code: cutOff, detail, retryable: true, cause }),
              ),
            ),
          ),
          Effect.retry({ schedule: afterCut, times: 4, while: ({ code }) => code === cutOff }),
          Effect.catchIf(
            (error) => error.code === "NoSuchKey" || error.code === "NoSuchVersion",
            () => Effect.fail(new ObjectMissing({ bucket, key })),
          ),
        )
      })

      const put = Effect.fn("ObjectStore.put")(function* (
        { bucket, key }: Place,
        body: string | Uint8Array,
        contentType: string,
      ) {
        const { VersionId } = yield* call(`writing s3://${bucket}/${key}`, (signal) =>
          client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }), signal),
        )
        return Option.fromUndefinedOr(VersionId)
      })

      const replace = Effect.fn("ObjectStore.replace")(
        function* (
          { bucket, key }: Place,
          body: string | Uint8Array,
          contentType: string,
          seen: Option.Option<string>,
        ) {
          const condition = Option.match(seen, {
            onNone: () => ({ IfNoneMatch: "*" }),
            onSome: (IfMatch) => ({ IfMatch }),
          })
          yield* call(`writing s3://${bucket}/${key}`, (signal) =>
            client.send(
              new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, ...condition }),
              signal,
            ),
          )
        },
        (effect, place) =>
          Effect.catchIf(
            effect,
            ({ code }) => changed.has(code),
            () => Effect.fail(new ObjectChanged({ bucket: place.bucket, key: place.key })),
          ),
      )

      const list = (bucket: string, prefix: string, after?: string) =>
        Stream.fromAsyncIterable(
          paginateListObjectsV2(
            { client },
            { Bucket: bucket, Prefix: prefix, ...(after === undefined ? {} : { StartAfter: after }) },
          ),
          (cause) => toAwsError(`listing s3://${bucket}/${prefix}`, cause),
        ).pipe(
          Stream.flatMap((page) =>
            Stream.fromIterable(
              (page.Contents ?? []).map(({ ETag, Key, Size }) => ({
                key: Key ?? "",
                size: Size ?? 0,
                etag: ETag ?? "",
              })),
            ),
          ),
        )

      const versions = (bucket: string, prefix: string) =>
        Stream.paginate({} as { readonly KeyMarker?: string; readonly VersionIdMarker?: string }, (marker) =>
          call(`listing the versions of s3://${bucket}/${prefix}`, (signal) =>
            client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker }), signal),
          ).pipe(
            Effect.map((page) => {
              const found = (page.Versions ?? []).map(({ ETag, IsLatest, Key, LastModified, Size, VersionId }) => ({
                key: Key ?? "",
                size: Size ?? 0,
                etag: ETag ?? "",
                versionId: VersionId ?? "",
                latest: IsLatest ?? false,
                modified: LastModified ?? new Date(0),
              }))
              const { NextKeyMarker, NextVersionIdMarker } = page
              const next =
                page.IsTruncated && NextKeyMarker !== undefined
                  ? Option.some({
                      KeyMarker: NextKeyMarker,
                      ...(NextVersionIdMarker === undefined ? {} : { VersionIdMarker: NextVersionIdMarker }),
                    })
                  : Option.none()
              return [found, next] as const
            }),
          ),
        )

      return ObjectStore.of({ get, put, replace, list, versions })
    }),
  )
}
