import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Result } from "effect"
import { losesPrecision, parseDecimal, parseDouble, parseInteger } from "../src/index.ts"

const shown = (result: Result.Result<unknown, string>): unknown =>
  Result.match(result, {
    onFailure: (reason) => reason,
    onSuccess: (value) => (BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : value),
  })

describe("a whole number", () => {
  it.each([
    ["7", 7n],
    [" \t+007 ", 7n],
    ["-9223372036854775808", -(2n ** 63n)],
    ["9223372036854775808", "out_of_range"],
    ["3.0", "not_an_integer"],
    ["1e3", "not_an_integer"],
    ["0x10", "not_an_integer"],
    ["1_000", "not_an_integer"],
    ["5\n", "not_an_integer"],
    ["５", "not_an_integer"],
  ] as const)("%j is read as %s", (text, expected) => assert.deepStrictEqual(shown(parseInteger(text)), expected))
})

describe("a decimal of 18 digits, four behind the point", () => {
  it.each([
    ["1.00005", "1.0001"],
    ["-1.00005", "-1.0001"],
    ["1.000049999999999999999999999999", "1"],
    ["5e-5", "0.0001"],
    ["1.5e+2", "150"],
    [".5", "0.5"],
    ["5.", "5"],
    ["0e99999999999999999999", "0"],
    ["1e-99999999999999999999", "0"],
    ["1e99999999999999999999", "out_of_range"],
    ["99999999999999.99994", "99999999999999.9999"],
    ["99999999999999.99995", "out_of_range"],
    ["123456789012345678901234567890e-20", "1234567890.1235"],
    ["NaN", "not_finite"],
    ["-Infinity", "not_finite"],
    ["1,5", "not_a_number"],
    [".", "not_a_number"],
    ["1e", "not_a_number"],
  ] as const)("%j is read as %s", (text, expected) =>
    assert.deepStrictEqual(shown(parseDecimal(text, { precision: 18, scale: 4 })), expected),
  )

  it("tells when rounding changed the number", () => {
    const stored = BigDecimal.make(12345n, 4)
    assert.isFalse(losesPrecision("1.2345", stored))
    assert.isFalse(losesPrecision("1.23450000", stored))
    assert.isTrue(losesPrecision("1.23451", stored))
  })
})

describe("a double", () => {
  it.each([
    ["1.7e9", 1.7e9],
    ["0.1", 0.1],
    ["1e999", "not_finite"],
    ["inf", "not_finite"],
    ["0x10", "not_a_number"],
  ] as const)("%j is read as %s", (text, expected) => assert.deepStrictEqual(shown(parseDouble(text)), expected))
})
