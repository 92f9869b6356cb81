import { assert, describe, it } from "@effect/vitest"
import { fieldsOf } from "@pos/contract"
import { Arbitrary, BigDecimal, Effect, Schema } from "effect"
import { Sale } from "../src/model/index.ts"

const decimal = BigDecimal.fromStringUnsafe
const sale: Sale = {
  transaction_id: "T-1",
  store_id: 1n,
  product_id: 2n,
  quantity: -1n,
  revenue: decimal("-9.99"),
  timestamp: 1_767_225_600.5,
}
const isSale = Schema.is(Sale)

describe("a sale", () => {
  it("may be a return, and needs no discount", () => {
    assert.isTrue(isSale(sale))
    assert.isTrue(isSale({ ...sale, discount_applied: decimal("0") }))
  })

  it.each([
    ["no id", { transaction_id: undefined }],
    ["a blank id", { transaction_id: " \t\u00a0" }],
    ["a line break in the id", { transaction_id: "a\nb" }],
    ["an id of 65 characters", { transaction_id: "😀".repeat(65) }],
    ["store 0", { store_id: 0n }],
    ["more units than one line can sell", { quantity: 1_000_000_001n }],
    ["more units than one line can return", { quantity: -1_000_000_001n }],
    ["a negative product", { product_id: -1n }],
    ["a revenue that is a double", { revenue: 9.99 }],
    ["a moment that never was", { timestamp: Number.NaN }],
    ["a discount of null", { discount_applied: null }],
  ])("is not one with %s", (_, change) => assert.isFalse(isSale({ ...sale, ...change })))

  it("has an id of up to 64 characters, however many bytes they take", () => {
    assert.isTrue(isSale({ ...sale, transaction_id: "😀".repeat(64) }))
  })

  it("says what each of its columns means", () => {
    for (const field of fieldsOf(Sale)) assert.match(field.description, /\.$/, field.name)
  })

  it.effect("can be generated", () =>
    Effect.gen(function* () {
      const some = yield* Arbitrary.sampleEffect(Arbitrary.schema(Sale), { count: 50, seed: 1 })
      assert.isTrue(some.every(isSale))
    }),
  )
})
