import { assert, describe, it } from "@effect/vitest"
import { read } from "@pos/contract"
import { sales } from "../src/dataset.ts"
import { rules } from "../src/rules/index.ts"

const EVENT_TIME = 1_767_225_600
const sale = {
  transaction_id: "T-1",
  store_id: "1",
  product_id: "2",
  quantity: "3",
  revenue: "12.00",
  discount_applied: "2.00",
  timestamp: "1767225600",
}
const found = (change: Partial<typeof sale>) =>
  read(sales, { ...sale, ...change }, { source: "text", parameters: { event_time: EVENT_TIME } }).violations.map(
    ({ code, column, severity }) => `${severity} ${code} of ${column}`,
  )

describe("a transaction", () => {
  const fine: ReadonlyArray<readonly [string, Partial<typeof sale>]> = [
    ["as usual", {}],
    ["without a discount", { discount_applied: "" }],
    ["that is a return", { quantity: "-3", revenue: "-12" }],
    ["that is a gift", { revenue: "0", discount_applied: "0" }],
    ["of the first second that is accepted", { timestamp: "946684800" }],
    ["of two days ahead", { timestamp: "1767398400" }],
    ["with a discount of everything", { discount_applied: "12.00" }],
    ["that is a return with its discount", { quantity: "-3", revenue: "-12", discount_applied: "12" }],
  ]
  it.each(fine)("%s is fine", (_, change) => assert.deepStrictEqual(found(change), []))

  const told: ReadonlyArray<readonly [string, Partial<typeof sale>, string]> = [
    ["of the last century", { timestamp: "946684799.999" }, "error timestamp_too_early of timestamp"],
    ["from the future", { timestamp: "1767398400.001" }, "error timestamp_too_late of timestamp"],
    ["in milliseconds", { timestamp: "1767225600000" }, "error timestamp_in_milliseconds of timestamp"],
    ["with a negative discount", { discount_applied: "-0.0001" }, "error negative_discount of discount_applied"],
    ["without units", { quantity: "0" }, "warning zero_quantity of quantity"],
    ["sold for less than nothing", { revenue: "-12" }, "warning sign_mismatch of revenue"],
    ["returned for money", { quantity: "-3" }, "warning sign_mismatch of revenue"],
    [
      "with more discount than revenue",
      { discount_applied: "12.01" },
      "warning discount_above_gross of discount_applied",
    ],
    ["with a fifth decimal", { revenue: "12.00001" }, "warning precision_lost of revenue"],
  ]
  it.each(told)("%s is told so, and only that", (_, change, expected) =>
    assert.deepStrictEqual(found(change), [expected]),
  )
})

describe("the rules", () => {
  it("each have words of their own", () => {
    assert.strictEqual(new Set(rules.map((rule) => rule.words.message)).size, rules.length)
    for (const { id, words } of rules)
      for (const part of [words.message, words.meaning, words.remedy]) assert.match(part, /\.$/, id)
  })

  it("are data: nothing is lost in JSON", () => {
    for (const { violatedWhen } of rules) assert.deepStrictEqual(JSON.parse(JSON.stringify(violatedWhen)), violatedWhen)
  })
})
