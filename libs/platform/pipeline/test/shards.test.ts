import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { mostShards, shardBytes, shardsOf } from "@pos/pipeline"

const files = (...sizes: ReadonlyArray<number>) => sizes.map((size) => ({ size }))
const sizesOf = (all: ReadonlyArray<{ readonly size: number }>, limit: number) =>
  shardsOf(all, limit).map(({ count, first }) => all.slice(first, first + count).map(({ size }) => size))
const Files = Schema.Array(Schema.Struct({ size: Schema.Natural.check(Schema.isLessThanOrEqualTo(1000)) }))
const Limit = Schema.Natural.check(Schema.isBetween({ minimum: 1, maximum: 3000 }))
const sum = (all: ReadonlyArray<{ readonly size: number }>) => all.reduce((total, { size }) => total + size, 0)

describe("shards", () => {
  it("are one for most manifests, even for an empty one", () => {
    assert.deepStrictEqual(shardsOf(files(1, 2, 3)), [{ first: 0, count: 3 }])
    assert.deepStrictEqual(shardsOf([]), [{ first: 0, count: 0 }])
    assert.lengthOf(shardsOf(files(shardBytes)), 1)
    assert.lengthOf(shardsOf(files(shardBytes, 1)), 2)
  })

  it("are as even as the files' order allows", () => {
    assert.deepStrictEqual(sizesOf(files(5, 5, 5, 5, 5, 5), 25), [
      [5, 5, 5],
      [5, 5, 5],
    ])
    assert.deepStrictEqual(sizesOf(files(9, 1, 1, 1, 9), 12), [
      [9, 1, 1],
      [1, 9],
    ])
  })

  it("give a file that is larger than a shard a shard of its own", () => {
    assert.deepStrictEqual(sizesOf(files(1, 100, 1), 10), [[1], [100], [1]])
  })

  it("are never more than an execution has room for, and then as even as they can be", () => {
    const many = files(...Array.from({ length: 10 * mostShards }, () => 10))
    const split = sizesOf(many, 10)
    assert.lengthOf(split, mostShards)
    assert.isTrue(split.every((own) => own.length === 10))
    assert.lengthOf(sizesOf(many, 100), mostShards)
    // One file more, and eleven have to go together.
    assert.lengthOf(sizesOf([...many, { size: 10 }], 100), Math.ceil(641 / 11))
  })

  it("carry a day of 200 GB in 5,000 files", () => {
    const day = shardsOf(Array.from({ length: 5000 }, () => ({ size: 40_000_000 })))
    assert.lengthOf(day, 24)
    assert.isBelow(JSON.stringify(day).length, 1000)
  })

  it.effect.prop(
    "hold every file once and in order, within the limit, and as few as any split can",
    [Files, Limit],
    ([all, limit]) =>
      Effect.sync(() => {
        const shards = shardsOf(all, limit)
        let next = 0
        for (const { count, first } of shards) {
          assert.strictEqual(first, next)
          next = first + count
          const own = all.slice(first, next)
          assert.isTrue(own.length === 1 || sum(own) <= limit)
        }
        assert.strictEqual(next, all.length)
        // Two neighbours never fit into one, or one shard could have been saved.
        if (all.every(({ size }) => size <= limit)) assert.isBelow(shards.length - 1, (2 * sum(all)) / limit + 1)
      }),
  )
})
