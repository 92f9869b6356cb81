import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { dataset, everywhere, groupReading, perBusinessDate, sameRows, type Unique } from "../src/index.ts"
import { Receipt, receipts, refusal } from "./receipt.ts"

const Days = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 })))
const Window = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 }))

describe("which rows of a key are the same row", () => {
  it.effect.prop(
    "each is near to the one that stands for it, and those that stand are far apart",
    [Days, Window],
    ([days, window]) =>
      Effect.sync(() => {
        const found = sameRows(days, window)
        const distance = (one: number, other: number) => Math.abs((days[one] ?? 0) - (days[other] ?? 0))
        const stand = [...new Set(found)]
        for (const [row, first] of found.entries()) {
          assert.isAtMost(first, row)
          assert.isAtMost(distance(row, first), window)
          // None that stands earlier would have done.
          for (const other of stand) if (other < first) assert.isAbove(distance(row, other), window)
        }
        for (const one of stand)
          for (const other of stand) if (one !== other) assert.isAbove(distance(one, other), window)
      }),
  )
})

const DAY = 86_400_000_000n
const judged = (unique: Unique | undefined, ...days: ReadonlyArray<bigint>) => {
  const data = { ...receipts, ...(unique === undefined ? {} : { unique }) }
  return groupReading(
    data,
    days.map((day) => ({ id: "A", till: 1n, at: day * DAY })),
  )
}

describe("rows of one file that share a key", () => {
  it("are one row on any date where the contract says nothing", () => {
    assert.deepStrictEqual(judged(undefined, 0n, 500n), [[], ["duplicate_key"]])
  })
  it("are one row on their business date alone", () => {
    assert.deepStrictEqual(judged(perBusinessDate, 0n, 1n, 0n, 1n), [[], [], ["repeated_row"], ["repeated_row"]])
  })
  it("are one row within the window, and another beyond it", () => {
    assert.deepStrictEqual(judged(everywhere(2), 0n, 2n, 3n, 3n), [[], ["duplicate_key"], [], ["repeated_row"]])
  })
})

const refused = (change: object): string =>
  refusal(() => dataset({ ...receipts, row: Receipt, rules: [], ...change } as never))

describe("a scope of the key that makes no sense is refused:", () => {
  it.each([0, -1, 1.5, Number.NaN, 4_000])("%d days", (days) => {
    assert.include(refused({ unique: everywhere(days) }), "a whole number of days from 1 to 3653")
  })
  it("for reference data", () => {
    const { acrossFiles: _, ...policies } = receipts.policies
    const list = { kind: "reference", delivers: "changes", businessDate: undefined, policies, canary: undefined }
    assert.include(refused({ ...list, unique: everywhere() }), "`unique` is for facts")
  })
})
