/** Sends files to the source bucket. */
import { Effect, Ref } from "effect"
import { Objects } from "../aws/objects.ts"
import { Progress } from "../output/progress.ts"
import { bytes, count } from "../output/text.ts"
import type { Placed } from "./keys.ts"

export interface Uploaded extends Placed {
  readonly versionId: string
}

const FILES_AT_ONCE = 8

export const uploadAll = Effect.fn("uploadAll")(function* (bucket: string, files: ReadonlyArray<Placed>) {
  const objects = yield* Objects
  const progress = yield* Progress
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const state = yield* Ref.make({ files: 0, bytes: 0 })
  const show = Effect.gen(function* () {
    const sent = yield* Ref.get(state)
    yield* progress.step(
      `Uploading: ${count(sent.files)} of ${count(files.length)} files, ${bytes(sent.bytes)} of ${bytes(total)}`,
    )
  })
  const sent = (size: number) =>
    Ref.update(state, (now) => ({ ...now, bytes: now.bytes + size })).pipe(Effect.andThen(show))
  return yield* Effect.forEach(
    files,
    (file) =>
      Effect.gen(function* () {
        const versionId = yield* objects.upload({ bucket, key: file.key, path: file.path, size: file.size }, sent)
        yield* Ref.update(state, (now) => ({ ...now, files: now.files + 1 }))
        yield* show
        return { ...file, versionId } satisfies Uploaded
      }),
    { concurrency: FILES_AT_ONCE },
  )
})
