import { Uploads } from "@pos/aws"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { Progress } from "../src/output/progress.ts"
import { uploadAll } from "../src/upload/upload.ts"

const MEGABYTE = 1024 * 1024

const files = (number: number, size: number) =>
  Array.from({ length: number }, (_, at) => ({
    path: `${at}.csv`,
    name: `${at}.csv`,
    key: `incoming/${size}-${at}.csv`,
    size,
  }))

/** A bucket that takes its time, and how many uploads were on their way at once at most. */
const slowBucket = () => {
  const seen = { now: 0, most: 0 }
  const upload = () =>
    Effect.gen(function* () {
      seen.now += 1
      seen.most = Math.max(seen.most, seen.now)
      yield* Effect.sleep("20 millis")
      seen.now -= 1
      return Option.some("v1")
    })
  return { seen, layer: Layer.merge(Layer.mock(Uploads, { upload }), Progress.layerSilent) }
}

const most = (sent: ReturnType<typeof files>) =>
  Effect.gen(function* () {
    const { seen, layer } = slowBucket()
    const uploaded = yield* uploadAll("source", sent).pipe(Effect.provide(layer))
    assert.deepStrictEqual(
      uploaded.map(({ key }) => key),
      sent.map(({ key }) => key),
    )
    return seen.most
  })

describe("uploading many files", () => {
  it.live("sends small ones side by side, as a round trip is all that they take", () =>
    Effect.map(most(files(100, 7000)), (found) => assert.strictEqual(found, 32)),
  )

  it.live("sends fewer large ones at once, as they are in memory", () =>
    Effect.map(most(files(20, 8 * MEGABYTE)), (found) => assert.strictEqual(found, 8)),
  )
})
