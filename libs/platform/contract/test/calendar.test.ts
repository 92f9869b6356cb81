import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { parseBoolean, parseDay, parseTimestamp, printTimestamp, timestampMicros } from "../src/calendar.ts"
import { evaluate, Expr, InvalidContract, OneOf } from "../src/index.ts"

const shown = (result: Result.Result<unknown, string>): unknown =>
  Result.match(result, { onFailure: (reason) => reason, onSuccess: (value) => value })

const less = (left: string, right: string) =>
  evaluate(Expr.lt(new Expr.Expr<string>({ op: "literal", kind: "text", value: left }), right).node, {})

const two = (number: number) => String(number).padStart(2, "0")

describe("a day", () => {
  it("is one that the calendar has, from 1900 to 9999", () => {
    const around = [1900, 2000, 2100, 2400, 9600].flatMap((year) => [-4, -3, -1, 0, 1, 4].map((step) => year + step))
    const years = [...around, 400, 1000, 2800, 3000, 9999]
    for (const year of years)
      for (let month = 0; month <= 13; month++)
        for (let day = 0; day <= 32; day++) {
          const text = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`
          const at = new Date(`${text}T00:00:00Z`)
          const real = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) && year >= 1900
          assert.strictEqual(shown(parseDay(text)), real ? text : "not_a_date", text)
        }
  })

  it("may have spaces and tabs around it, and nothing else", () => {
    assert.strictEqual(shown(parseDay(" \t2024-02-29 ")), "2024-02-29")
    for (const text of ["2024-02-29\n", "24-02-29", "2024-2-29", "20240229", "2024-02-29T00:00:00Z", "٢٠٢٤-02-29"])
      assert.strictEqual(shown(parseDay(text)), "not_a_date", text)
  })

  it("is less than a later one, by code points as engines compare", () => {
    assert.isTrue(less("2024-02-29", "2024-03-01"))
    assert.isFalse(less("2024-02-29", "2024-02-29"))
    assert.isTrue(less("2024", "2024-01-01"))
    // U+FF21 is less than U+1F600, whose UTF-16 units begin with 0xD83D.
    assert.isTrue(less("\uFF21", "\u{1F600}"))
  })
})

describe("a timestamp", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0n],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["2026-01-31T18:05:00+01:00", 1_769_879_100_000_000n],
    ["2026-01-31T23:59:59.999999999Z", 1_769_903_999_999_999n],
    ["2026-01-31T10:00:00.5-11:30", 1_769_895_000_500_000n],
    ["2026-01-31T10:00:00", "not_a_timestamp"],
    ["2026-01-31 10:00:00Z", "not_a_timestamp"],
    ["2026-01-31T24:00:00Z", "not_a_timestamp"],
    ["2026-01-31T23:59:60Z", "not_a_timestamp"],
    ["2026-01-31T10:00:00+15:00", "not_a_timestamp"],
    ["2026-02-30T10:00:00Z", "not_a_timestamp"],
    ["2026-01-31T10:00:00.Z", "not_a_timestamp"],
    ["2026-01-31T10:00:00Z\n", "not_a_timestamp"],
  ] as const)("%j is read as %s", (text, expected) => assert.deepStrictEqual(shown(timestampMicros(text)), expected))

  it.each(["1969-12-31T23:59:59.999999Z", "2026-01-31T17:05:00.250000Z", "1900-01-03T00:00:00.000001Z"])(
    "%s is printed as it was read",
    (text) => assert.strictEqual(printTimestamp(Result.getOrThrow(parseTimestamp(text))), text),
  )
})

describe("yes or no", () => {
  it("is true or false, in three spellings each", () => {
    for (const text of ["true", "TRUE", " True\t"]) assert.isTrue(shown(parseBoolean(text)), text)
    for (const text of ["false", "FALSE", "False"]) assert.isFalse(shown(parseBoolean(text)), text)
    for (const text of ["tRUE", "yes", "1", "t", "true\n", ""])
      assert.strictEqual(shown(parseBoolean(text)), "not_a_boolean", text)
  })
})

describe("a list of texts", () => {
  it.each([[[]], [["a", "a"]], [[" a"]], [[""]], [["é"]]])("can't be %j", (values) => {
    assert.throws(() => OneOf(values), InvalidContract)
  })
})
