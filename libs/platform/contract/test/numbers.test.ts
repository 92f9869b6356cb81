import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Result } from "effect"
import { losesPrecision, parseDecimal, parseDouble, parseInteger, wholeMicros } from "../src/index.ts"

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

  it.each([
    ["1.2345", false],
    ["1.23450000", false],
    ["1234500e-6", false],
    ["0.0000000e-9", false],
    ["1e999999999", false],
    [" 1.23451 ", true],
    ["1e-400", true],
    ["1e-99999999999999999999", true],
    ["99999999999999.99994", true],
    ["90000000000.000105", true],
    // All digits of the double that is nearest to 19.99: that many digits are not stored, whoever wrote them.
    ["19.989999999999998436805981327779591083526611328125", true],
    ["19.99", false],
  ] as const)("tells whether storing changes %j: %s", (text, expected) =>
    assert.strictEqual(losesPrecision(text, 4), expected),
  )
})

describe("a moment", () => {
  it.each([
    ["1767225600", 1_767_225_600_000_000n],
    ["1767225600.0000004999", 1_767_225_600_000_000n],
    ["1767225600.0000005", 1_767_225_600_000_001n],
    ["1767225600.123456499", 1_767_225_600_123_456n],
    ["-0.0000005", -1n],
    ["-0.0000004999", 0n],
    ["1.7672256000000004999e9", 1_767_225_600_000_000n],
    ["1e-99999999999999999999", 0n],
  ] as const)("%j is %s microseconds", (text, expected) => assert.strictEqual(wholeMicros(text), expected))
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
