/** Sends files to the source bucket. */
import { open } from "node:fs/promises"
import { type UploadSource, Uploads } from "@pos/aws"
import { Effect, Option, Ref, Semaphore } from "effect"
import { InvalidRequest, Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { bytes, count } from "../output/text.ts"
import type { Placed } from "./keys.ts"

export interface Uploaded extends Placed {
  readonly versionId: string
}

/**
 * Requests on their way at once. A small file's time is that of a round trip, a large one's that of its bytes, which are in
 * memory meanwhile: it counts as several.
 */
const AT_ONCE = 32
const SMALL = 1024 * 1024
const LARGE_COUNTS = 4

export const uploadAll = Effect.fn("uploadAll")(function* (bucket: string, files: ReadonlyArray<Placed>) {
  const uploads = yield* Uploads
  const progress = yield* Progress
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const state = yield* Ref.make({ files: 0, bytes: 0 })
  const room = yield* Semaphore.make(AT_ONCE)
  const onProgress = (sent: number) =>
    Ref.updateAndGet(state, (now) => ({ ...now, bytes: now.bytes + sent })).pipe(
      Effect.flatMap((now) =>
        progress.step(
          `Uploading: ${count(now.files)} of ${count(files.length)} files, ${bytes(now.bytes)} of ${bytes(total)}`,
        ),
      ),
    )
  return yield* Effect.forEach(
    files,
    (file) =>
      Effect.gen(function* () {
        const version = yield* uploads.upload({ bucket, key: file.key, source: source(file), onProgress })
        yield* Ref.update(state, (now) => ({ ...now, files: now.files + 1 }))
        return { ...file, versionId: yield* versioned(bucket, version) } satisfies Uploaded
      }).pipe(room.withPermits(file.size > SMALL ? LARGE_COUNTS : 1)),
    { concurrency: AT_ONCE },
  )
})

const source = ({ path, raw, size }: Placed): UploadSource<InvalidRequest> => ({
  size,
  read: (start, length) =>
    Effect.tryPromise({
      try: () => readPiece(raw ?? path, start, length),
      catch: (cause) =>
        new InvalidRequest({
          problem: `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
          remedy: "",
        }),
    }),
})

const readPiece = async (path: string | Buffer, start: number, length: number): Promise<Uint8Array> => {
  const handle = await open(path)
  try {
    const piece = Buffer.alloc(length)
    const { bytesRead } = await handle.read(piece, 0, length, start)
    if (bytesRead < length) throw new Error("it became shorter while it was sent")
    return piece
  } finally {
    await handle.close()
  }
}

const versioned = (bucket: string, version: Option.Option<string>) =>
  Option.match(version, {
    onSome: Effect.succeed,
    onNone: () =>
      Effect.fail(
        new Unavailable({
          problem: `The bucket ${bucket} keeps no versions, so a run cannot be bound to what was sent.`,
          remedy: "Deploy the stack again: its source bucket is versioned.",
        }),
      ),
  })
