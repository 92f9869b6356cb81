import { assert, describe, it } from "@effect/vitest"
import { change, compare, difference, isNumeric, placesOf, sign } from "../src/model/decimal.ts"

describe("decimals as text", () => {
  it("subtracts with every digit, where floats would lose some", () => {
    assert.strictEqual(difference("9007199254740993.0001", "0.0001"), "9007199254740993.0000")
    assert.strictEqual(difference("0.3", "0.1"), "0.2")
    assert.strictEqual(difference(1, "1.25"), "-0.25")
  })

  it("tells a change as a share, rounded half away from zero", () => {
    assert.strictEqual(change("112.5", "100"), "0.125")
    assert.strictEqual(change("99.95", "100.00"), "-0.001")
    assert.strictEqual(change(0, 5), "-1.000")
    assert.strictEqual(change(0, "0.00"), "0.000")
    assert.strictEqual(change("123456789012345678901.5", "123456789012345678901.5"), "0.000")
  })

  it("compares with nothing where a share of it would say nothing", () => {
    assert.isUndefined(change("1", "0.00"))
    assert.isUndefined(change("1", "-4"))
    assert.isUndefined(change("one", "1"))
  })

  it("orders by value, not by text", () => {
    assert.deepStrictEqual(["10", "9.50", "-1", "9.5001"].toSorted(compare), ["-1", "9.50", "9.5001", "10"])
  })

  it("knows how many decimal places matter", () => {
    assert.deepStrictEqual(["1.5000", "2", "0.0001"].map(placesOf), [1, 0, 4])
  })

  it("takes for a number only what is one", () => {
    assert.deepStrictEqual(["-1.50", 7, "1e5", "", " 1", null, "=1", "NaN", true].map(isNumeric), [
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
    ])
  })

  it("knows the sign of zero, however it is written", () => {
    assert.deepStrictEqual(["-0.0001", "0.0000", "-0.00", "3"].map(sign), [-1, 0, 0, 1])
  })
})
