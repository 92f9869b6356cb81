import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Result, Schema } from "effect"
import { presentCells, read, type Row, rowCodec, type Source } from "../src/index.ts"
import { receipts } from "./receipt.ts"

const receipt = { id: "r1", till: "2", amount: "10.50", tip: "", at: "1000" }
const rules = (row: Row, source: Source = "text") =>
  read(receipts, row, { source, parameters: { event_time: 1000 } }).violations.map(({ rule }) => rule)

describe("reading a row of text", () => {
  it("gives typed values", () => {
    const { values, violations } = read(receipts, { ...receipt, tip: "1" }, { source: "text" })
    assert.deepStrictEqual(violations, [])
    assert.strictEqual(values["till"], 2n)
    assert.strictEqual(values["at"], 1000)
    assert.isTrue(BigDecimal.equals(values["amount"] as BigDecimal.BigDecimal, BigDecimal.fromStringUnsafe("10.5")))
  })

  it("leaves a missing optional value out", () => {
    assert.isFalse("tip" in read(receipts, receipt, { source: "text" }).values)
  })

  it.each([
    ["a missing value is only missing", { till: "" }, ["till.missing_value"]],
    ["spaces where a number belongs are missing", { till: "  " }, ["till.missing_value"]],
    ["blank text is missing", { id: "\u00a0 " }, ["id.missing_value"]],
    ["a value that can't be read has one reason", { till: "x" }, ["till.not_an_integer"]],
    ["a check's reason", { till: "0" }, ["till.out_of_range"]],
    ["a rule about one column is that column's reason", { till: "13" }, ["closed_till"]],
    ["a rule about two columns", { tip: "11" }, ["tip_too_high"]],
    ["which is not judged where one of them is unreadable", { tip: "11", amount: "?" }, ["amount.not_a_number"]],
    ["a warning of the run's time", { at: "-90000" }, ["old_receipt"]],
    ["lost digits", { amount: "10.505" }, ["amount.precision_lost"]],
    ["several columns have a reason each", { id: "", amount: "nan" }, ["id.missing_value", "amount.not_finite"]],
  ] as const)("%s", (_, change, expected) => assert.deepStrictEqual(rules({ ...receipt, ...change }), [...expected]))
})

describe("reading a row of scalars", () => {
  const typed = { id: "r1", till: 2, amount: 10.5, at: 1000 }
  it.each([
    ["numbers are numbers", {}, []],
    ["a whole double is a whole number", { till: 3.0 }, []],
    ["a number as text is told so", { till: "2" }, ["till.wrong_type"]],
    ["so is an empty text", { amount: "" }, ["amount.wrong_type"]],
    ["and a text that is a number", { id: 5 }, ["id.wrong_type"]],
    ["and a boolean", { amount: true }, ["amount.wrong_type"]],
    ["null is missing", { till: null }, ["till.missing_value"]],
    ["half a unit is no whole number", { till: 2.5 }, ["till.not_an_integer"]],
    ["a large number keeps its digits", { till: 9223372036854775808n }, ["till.out_of_range"]],
  ] as const)("%s", (_, change, expected) =>
    assert.deepStrictEqual(rules({ ...typed, ...change }, "scalars"), [...expected]),
  )
})

const decode = (row: Row) =>
  Schema.decodeUnknownResult(rowCodec(receipts, "text", { event_time: 1000 }))(presentCells(receipts, row, "text"))

describe("the row's codec", () => {
  it("accepts a row with warnings only", () => {
    assert.isTrue(Result.isSuccess(decode({ ...receipt, at: "-90000" })))
  })
  it("refuses a row that breaks an error rule", () => {
    assert.isTrue(Result.isFailure(decode({ ...receipt, tip: "11" })))
  })
  it("writes rows as it reads them", () => {
    const codec = rowCodec(receipts, "text")
    const row = Result.getOrThrow(decode({ ...receipt, amount: "+010.5" }))
    assert.deepStrictEqual(Result.getOrThrow(Schema.encodeUnknownResult(codec)(row)), {
      id: "r1",
      till: "2",
      amount: "10.5",
      at: "1000",
    })
  })
})
