import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Schema } from "effect"
import { dataset, Day, Flag, formsFor, type Leniency, OneOf, read, type Row, Timestamp } from "../src/index.ts"
import { Receipt, receipts, refusal, tipTooHigh } from "./receipt.ts"

const Slip = Schema.Struct({
  ...Receipt.fields,
  sold: Schema.optionalKey(Timestamp),
  day: Schema.optionalKey(Day),
  open: Schema.optionalKey(Flag),
  state: Schema.optionalKey(OneOf(["a", "-"])),
})

const lenient = (leniency: Leniency) =>
  dataset({ ...receipts, row: Slip, rules: [tipTooHigh], leniency: leniency as never })

const told = (leniency: Leniency) => refusal(() => lenient(leniency))
const columns = (forms: Leniency["columns"]) => told({ columns: forms ?? {} })

describe("what makes no sense is refused in words", () => {
  it.each([
    ["nothing", {}, "it declares nothing"],
    ["an unknown column", { columns: { tipp: { missing: ["-"] } } }, "there is no column tipp"],
    ["a required column that is missing", { columns: { till: { missing: ["-"] } } }, "till: it is required"],
    ["a value that means missing", { columns: { tip: { missing: ["0"] } } }, "tip: 0 is a value"],
    [
      "a value in the declared form that means missing",
      { columns: { tip: { missing: ["1,5"], written: "1234,5" } } },
      "tip: 1,5 is a value",
    ],
    ["a listed value that means missing", { columns: { state: { missing: ["-"] } } }, "state: - is a value"],
    ["an empty word", { columns: { tip: { missing: [""] } } }, "is empty or has spaces at its edge"],
    [
      "a pattern of a number",
      { columns: { till: { written: { pattern: "dd" } } } },
      "a pattern is for days and moments",
    ],
    ["a decimal comma of a whole number", { columns: { till: { written: "1.234,5" } } }, "no example of how such"],
    ["a form of text", { columns: { id: { written: "3.0" } } }, "its values are written in one way only"],
    [
      "a moment without a zone",
      { columns: { at: { written: { pattern: "dd.MM.yyyy HH" } } } },
      "the zone of its clocks",
    ],
    [
      "a zone that nobody has",
      { columns: { at: { written: { pattern: "dd.MM.yyyy HH", zone: "Europe/Berln" } } } },
      "there is no time zone Europe/Berln",
    ],
    [
      "a year of two digits",
      { columns: { day: { written: { pattern: "dd.MM.yy" } } } },
      "it has yy, which means nothing",
    ],
    ["a day without a month", { columns: { day: { written: { pattern: "dd.yyyy" } } } }, "it has no month"],
    ["digits without an end", { columns: { day: { written: { pattern: "dMyyyy" } } } }, "digits of changing number"],
    ["a time in a day", { columns: { day: { written: { pattern: "dd.MM.yyyy HH" } } } }, "a day has no hour"],
    [
      "seconds without minutes",
      { columns: { at: { written: { pattern: "dd.MM.yyyy HH ss", zone: "UTC" } } } },
      "a part of the time without the one before it",
    ],
    ["a name that is another column's", { columns: { id: { alsoCalled: ["till"] } } }, "till is a column of its own"],
    [
      "a name for two columns",
      { columns: { id: { alsoCalled: ["x"] }, till: { alsoCalled: ["x"] } } },
      "two columns are also called x",
    ],
    ["a prefix elsewhere", { from: { "acme/": { trailer: { cells: ["END"] } } } }, "no prefix such as incoming/acme/"],
    ["a trailer that says nothing", { trailer: { cells: ["{any}"] } }, "nothing in the trailer tells it from a row"],
    ["a trailer that may be a row", { trailer: { cells: ["{rows}", "{any}", "{any}", "{any}"] } }, "it could be one"],
    ["a trailer of a word that nobody knows", { trailer: { cells: ["END", "{count}"] } }, "neither plain text nor"],
  ] as const)("%s", (_, leniency, part) => assert.include(told(leniency as Leniency), part))

  it("what makes sense is not", () => {
    assert.strictEqual(
      columns({
        id: { alsoCalled: ["Beleg"] },
        till: { written: "3.0" },
        tip: { written: "1.234,5", missing: ["-", "N/A"] },
        at: { written: { pattern: "d.M.yyyy HH:mm:ss.SSS", zone: "Europe/Berlin", twice: "later" } },
        day: { written: { pattern: "yyyy-MM-dd '00:00:00'" } },
      }),
      "nothing is wrong",
    )
  })
})

describe("forms by supplier", () => {
  const leniency: Leniency = {
    columns: { tip: { missing: ["-"] }, till: { written: "3.0" } },
    from: {
      "incoming/a/": { columns: { tip: { written: "1234,5" } } },
      "incoming/a/b/": { columns: { till: { written: "3,0" } }, trailer: { cells: ["END"] } },
    },
  }
  it("add to those of all files, name by name", () => {
    assert.deepStrictEqual(formsFor(leniency, "incoming/a/x.csv"), {
      columns: { tip: { missing: ["-"], written: "1234,5" }, till: { written: "3.0" } },
    })
  })
  it("are those of the longest prefix alone", () => {
    assert.deepStrictEqual(formsFor(leniency, "incoming/a/b/x.csv"), {
      columns: { tip: { missing: ["-"] }, till: { written: "3,0" } },
      trailer: { cells: ["END"] },
    })
  })
})

describe("reading", () => {
  const data = lenient({
    columns: { tip: { missing: ["-"] } },
    from: {
      "incoming/acme/": {
        columns: {
          till: { written: "3.0" },
          amount: { written: "1.234,5" },
          sold: { written: { pattern: "dd.MM.yyyy HH:mm", zone: "Europe/Berlin" } },
        },
      },
    },
  })
  const row = { id: "r1", till: "2.0", amount: "1.010,50", tip: "-", at: "1000", sold: "01.07.2026 18:05" }
  const reading = (change: Row, key = "incoming/acme/x.csv") =>
    read(data, { ...row, ...change }, { source: "text", key })
  const codes = (change: Row, key?: string) => reading(change, key).violations.map(({ rule }) => rule)

  it("takes values in a declared form for what they mean", () => {
    const { values, violations } = reading({})
    assert.deepStrictEqual(violations, [])
    assert.strictEqual(values["till"], 2n)
    assert.isTrue(BigDecimal.equals(values["amount"] as BigDecimal.BigDecimal, BigDecimal.fromStringUnsafe("1010.5")))
    assert.strictEqual(values["sold"], 1_782_921_900)
    assert.isFalse("tip" in values)
  })

  it.each([
    ["the contract's own form still holds", { till: "2", amount: "10", sold: "2026-07-01T18:05:00+02:00" }, []],
    ["a point that groups nothing may mean either", { amount: "1.5" }, ["amount.unexpected_form"]],
    ["a fraction is no whole number", { till: "2.5" }, ["till.unexpected_form"]],
    ["a time that the clocks skipped", { sold: "29.03.2026 02:30" }, ["sold.absent_local_time"]],
    ["a time that came twice", { sold: "25.10.2026 02:30" }, ["sold.ambiguous_local_time"]],
    ["a check still holds", { till: "0.0" }, ["till.out_of_range"]],
  ] as const)("%s", (_, change, expected) => assert.deepStrictEqual(codes(change), [...expected]))

  it("takes nothing from whoever did not declare it", () => {
    assert.deepStrictEqual(codes({ sold: "" }, "incoming/x.csv"), ["till.not_an_integer", "amount.not_a_number"])
  })
})
