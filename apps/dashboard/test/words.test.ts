import { assert, describe, it } from "@effect/vitest"
import { ago, bytes, cell, duration, figures, NOTHING, percent, period, titleOf, visible } from "../src/model/words.ts"

const english = { locale: "en-GB", currency: null }
const decimal = { kind: "decimal", digits: 4 } as const

describe("figures", () => {
  it("keep every digit of a decimal, beyond what a float holds", () => {
    const text = "12345678901234567.8901"
    assert.strictEqual(figures(decimal, [text], english)(text), "12,345,678,901,234,567.8901")
  })

  it("stand below each other: as many places as the column's longest value needs, and at least two", () => {
    const written = figures(decimal, ["1.5000", "2.1250", null], english)
    assert.deepStrictEqual(["1.5000", "2.1250", null].map(written), ["1.500", "2.125", NOTHING])
    assert.strictEqual(figures(decimal, ["3.0000"], english)("3.0000"), "3.00")
  })

  it("follow the locale, and the currency where there is one", () => {
    const german = figures(decimal, ["1234.5000"], { locale: "de-DE", currency: "EUR" })
    assert.strictEqual(german("1234.5000"), "1.234,50\u00a0€")
    assert.strictEqual(figures({ kind: "integer" }, [1234], { locale: "de-DE", currency: "EUR" })(1234), "1.234")
  })

  it("write a text that is no number as it is", () => {
    assert.strictEqual(figures(decimal, ["=1+1"], english)("=1+1"), "=1+1")
  })
})

describe("other values", () => {
  it("are written by their kind; an id keeps its digits", () => {
    assert.strictEqual(cell({ kind: "integer" }, 6534178, "en-GB"), "6534178")
    assert.strictEqual(cell({ kind: "date" }, "2026-01-31", "en-GB"), "Sat, 31 Jan 2026")
    assert.strictEqual(cell({ kind: "boolean" }, false, "en-GB"), "no")
    assert.strictEqual(cell({ kind: "text" }, null, "en-GB"), NOTHING)
  })

  it("name the period that they stand for", () => {
    assert.strictEqual(period("week", "2026-01-26", "en-GB"), "the week of Mon, 26 Jan 2026")
    assert.strictEqual(period("month", "2026-01-01", "en-GB"), "January 2026")
  })

  it("say how much, how long and how long ago", () => {
    assert.strictEqual(percent("-0.296", "en-GB"), "-29.6%")
    assert.strictEqual(percent("0.000", "en-GB"), "0.0%")
    assert.strictEqual(bytes(0, "en-GB"), "0 bytes")
    assert.strictEqual(bytes(1_530_000, "en-GB"), "1.5 MB")
    assert.strictEqual(duration(4.25, "en-GB"), "4.3 seconds")
    assert.strictEqual(duration(150, "en-GB"), "2.5 minutes")
    assert.strictEqual(ago(3 * 3600 + 5, "en-GB"), "3 hours ago")
  })

  it("have a title", () => {
    assert.strictEqual(titleOf("total_sales"), "Total sales")
  })
})

describe("text from files", () => {
  it("shows characters that have no shape, or that turn the text around them", () => {
    assert.strictEqual(visible("a\u202eb\u0000\nc\u200b"), "a\\u202eb\\u0000\\nc\\u200b")
    assert.strictEqual(visible("Köln 北京 👍"), "Köln 北京 👍")
  })
})
