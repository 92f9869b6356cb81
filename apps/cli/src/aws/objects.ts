/** Objects in S3: what the commands read and upload. */
import { open } from "node:fs/promises"
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { Context, Effect, Layer, Redacted } from "effect"
import { InvalidRequest, Unavailable } from "../errors.ts"
import { AwsConnection, call } from "./connection.ts"
import type { S3Access } from "../lake/location.ts"

export interface FileToUpload {
  readonly bucket: string
  readonly key: string
  readonly path: string
  /** Bytes. */
  readonly size: number
}

/** Bytes of one part; files up to this size go in one request. */
export const PART = 16 * 1024 * 1024
/** Parts of one file that travel at once. */
const PARTS_AT_ONCE = 3
const LAST_PART = 10_000

export class Objects extends Context.Service<
  Objects,
  {
    /** Uploads a file and returns its version. Nothing is left behind when it fails. */
    readonly upload: (
      file: FileToUpload,
      sent: (bytes: number) => Effect.Effect<void>,
    ) => Effect.Effect<string, Unavailable | InvalidRequest>
    /** An object's text, or undefined when there is none. */
    readonly text: (bucket: string, key: string) => Effect.Effect<string | undefined, Unavailable>
    /** What another S3 client in this process needs: region and credentials, freshly resolved. */
    readonly access: Effect.Effect<S3Access, Unavailable>
  }
>()("@pos/cli/Objects") {
  static readonly layer = Layer.effect(
    Objects,
    Effect.gen(function* () {
      const { options } = yield* AwsConnection
      const client = yield* Effect.acquireRelease(
        Effect.sync(() => new S3Client({ ...options, maxAttempts: 5 })),
        (client) => Effect.sync(() => client.destroy()),
      )

      const text = Effect.fn("Objects.text")(function* (bucket: string, key: string) {
        return yield* call(`reading s3://${bucket}/${key}`, async (abortSignal) => {
          try {
            const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal })
            return (await Body?.transformToString()) ?? ""
          } catch (error) {
            if (error instanceof Error && error.name === "NoSuchKey") return undefined
            throw error
          }
        })
      })

      const access = call("resolving credentials", async () => {
        const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials()
        return {
          region: await client.config.region(),
          endpoint: options.endpoint,
          accessKeyId,
          secretAccessKey: Redacted.make(secretAccessKey),
          sessionToken: sessionToken === undefined ? undefined : Redacted.make(sessionToken),
        }
      })

      const upload = Effect.fn("Objects.upload")(function* (
        file: FileToUpload,
        sent: (bytes: number) => Effect.Effect<void>,
      ) {
        const target = { Bucket: file.bucket, Key: file.key }
        const operation = `the upload of ${file.path} to s3://${file.bucket}/${file.key}`
        if (file.size <= PART) {
          const Body = yield* readPart(file, 0)
          const { VersionId } = yield* call(operation, (abortSignal) =>
            client.send(new PutObjectCommand({ ...target, Body }), { abortSignal }),
          )
          yield* sent(file.size)
          return yield* versioned(file, VersionId)
        }
        const { UploadId } = yield* call(operation, () => client.send(new CreateMultipartUploadCommand(target)))
        const partSize = Math.max(PART, Math.ceil(file.size / LAST_PART))
        const starts = Array.from({ length: Math.ceil(file.size / partSize) }, (_, at) => at * partSize)
        const parts = Effect.forEach(
          starts,
          (start, at) =>
            Effect.gen(function* () {
              const Body = yield* readPart(file, start, partSize)
              const PartNumber = at + 1
              const { ETag } = yield* call(operation, (abortSignal) =>
                client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }), { abortSignal }),
              )
              yield* sent(Body.byteLength)
              return { ETag, PartNumber }
            }),
          { concurrency: PARTS_AT_ONCE },
        )
        const { VersionId } = yield* parts.pipe(
          Effect.flatMap((Parts) =>
            call(operation, (abortSignal) =>
              client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }), {
                abortSignal,
              }),
            ),
          ),
          Effect.onError(() =>
            Effect.ignore(call(operation, () => client.send(new AbortMultipartUploadCommand({ ...target, UploadId })))),
          ),
        )
        return yield* versioned(file, VersionId)
      })

      return Objects.of({ text, access, upload })
    }),
  )
}

const readPart = ({ path, size }: FileToUpload, start: number, length = PART) =>
  Effect.tryPromise({
    try: async () => {
      const handle = await open(path)
      try {
        const bytes = Buffer.alloc(Math.min(length, size - start))
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
        if (bytesRead < bytes.length) throw new Error("it became shorter while it was sent")
        return bytes
      } finally {
        await handle.close()
      }
    },
    catch: (cause) =>
      new InvalidRequest({
        problem: `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
        remedy: "",
      }),
  })

const versioned = ({ bucket }: FileToUpload, version: string | undefined) =>
  version === undefined
    ? Effect.fail(
        new Unavailable({
          problem: `The bucket ${bucket} keeps no versions, so a run cannot be bound to what was sent.`,
          remedy: "Deploy the stack again: its source bucket is versioned.",
        }),
      )
    : Effect.succeed(version)
