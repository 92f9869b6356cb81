import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { Context, Effect, Layer, Option } from "effect"
import { AwsConnection } from "./connection.ts"
import type { AwsError } from "./errors.ts"
import { call, retries, scoped } from "./internal/call.ts"

/** Bytes of a part. What is not larger goes in one request. */
export const partSize = 16 * 1024 * 1024

/** Parts of one upload that are in memory and on their way at once. */
const partsAtOnce = 3

/** S3 takes so many parts at most. */
const mostParts = 10_000

/** Something large that is read piece by piece, and again when a piece must be sent again. */
export interface UploadSource<E> {
  /** Bytes. */
  readonly size: number
  readonly read: (start: number, length: number) => Effect.Effect<Uint8Array, E>
}

export interface Upload<E> {
  readonly bucket: string
  readonly key: string
  readonly source: UploadSource<E>
  /** Called with the bytes of each piece that has arrived. */
  readonly onProgress: (bytes: number) => Effect.Effect<void>
}

/** Uploads of any size. */
export class Uploads extends Context.Service<
  Uploads,
  {
    /** The id of the new version, if the bucket keeps versions. A failed upload leaves nothing behind. */
    readonly upload: <E>(upload: Upload<E>) => Effect.Effect<Option.Option<string>, AwsError | E>
  }
>()("@pos/aws/Uploads") {
  static readonly layer = Layer.effect(
    Uploads,
    Effect.gen(function* () {
      const options = yield* AwsConnection
      const client = yield* scoped(() => new S3Client({ ...options, ...retries }))

      const inOneRequest = Effect.fnUntraced(function* <E>({ bucket, key, source, onProgress }: Upload<E>) {
        const body = yield* source.read(0, source.size)
        const { VersionId } = yield* call(`uploading s3://${bucket}/${key}`, (signal) =>
          client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }), signal),
        )
        yield* onProgress(source.size)
        return VersionId
      })

      const inParts = Effect.fnUntraced(function* <E>({ bucket, key, source, onProgress }: Upload<E>) {
        const target = { Bucket: bucket, Key: key }
        const operation = `uploading s3://${bucket}/${key}`
        const length = Math.max(partSize, Math.ceil(source.size / mostParts))
        const starts = Array.from({ length: Math.ceil(source.size / length) }, (_, index) => index * length)
        const { UploadId } = yield* call(operation, (signal) =>
          client.send(new CreateMultipartUploadCommand(target), signal),
        )
        const sendPart = Effect.fnUntraced(function* (start: number, index: number) {
          const body = yield* source.read(start, Math.min(length, source.size - start))
          const PartNumber = index + 1
          const { ETag } = yield* call(operation, (signal) =>
            client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: body }), signal),
          )
          yield* onProgress(body.byteLength)
          return { ETag, PartNumber }
        })
        const { VersionId } = yield* Effect.forEach(starts, sendPart, { concurrency: partsAtOnce }).pipe(
          Effect.flatMap((Parts) =>
            call(operation, (signal) =>
              client.send(
                new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
                signal,
              ),
            ),
          ),
          // S3 keeps, and charges for, the parts of an upload that is neither completed nor aborted.
          Effect.onError(() =>
            Effect.ignore(
              call(operation, (signal) =>
                client.send(new AbortMultipartUploadCommand({ ...target, UploadId }), signal),
              ),
            ),
          ),
        )
        return VersionId
      })

      return Uploads.of({
        upload: (upload) =>
          Effect.map(upload.source.size <= partSize ? inOneRequest(upload) : inParts(upload), Option.fromUndefinedOr),
      })
    }),
  )
}
