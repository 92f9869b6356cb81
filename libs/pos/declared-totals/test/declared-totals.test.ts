import { assert, describe, it } from "@effect/vitest"
import { fieldsOf, read } from "@pos/contract"
import { declaredTotals } from "../src/dataset.ts"
import { kpis } from "../src/kpis/index.ts"
import { rules } from "../src/rules/index.ts"

const total = {
  store_id: "12",
  business_date: "2026-01-31",
  declared_lines: "1204",
  declared_revenue: "18230.50",
  declared_units: "2911",
}
const found = (change: Partial<typeof total>) =>
  read(declaredTotals, { ...total, ...change }, { source: "text" }).violations.map(
    ({ code, column, severity }) => `${severity} ${code} of ${column}`,
  )

describe("a declared total", () => {
  it.each([
    ["as usual", {}],
    ["of a store that was closed", { declared_lines: "0", declared_revenue: "0", declared_units: "0" }],
    ["of a leap day", { business_date: "2028-02-29" }],
  ])("%s is fine", (_, change) => assert.deepStrictEqual(found(change), []))

  it.each([
    ["without a store", { store_id: "" }, ["error missing_value of store_id"]],
    ["of a day that there is not", { business_date: "2026-02-30" }, ["error not_a_date of business_date"]],
    ["with a day as Germans write it", { business_date: "31.01.2026" }, ["error not_a_date of business_date"]],
    ["with fewer than no lines", { declared_lines: "-1" }, ["error out_of_range of declared_lines"]],
    [
      "with revenue but no lines",
      { declared_lines: "0", declared_units: "0" },
      ["error revenue_without_lines of declared_revenue"],
    ],
    [
      "with units but no lines",
      { declared_lines: "0", declared_revenue: "0" },
      ["error units_without_lines of declared_units"],
    ],
    ["of more returns than sales", { declared_revenue: "-5" }, ["warning negative_total of declared_revenue"]],
  ])("%s is told so, and only that", (_, change, expected) => assert.deepStrictEqual(found(change), expected))

  it("says what each of its columns, rules and measures means", () => {
    for (const field of fieldsOf(declaredTotals.row)) assert.match(field.description, /\.$/, field.name)
    for (const { id, words } of rules)
      for (const part of [words.message, words.meaning, words.remedy]) assert.match(part, /\.$/, id)
    for (const kpi of kpis)
      for (const field of fieldsOf(kpi.output)) assert.notStrictEqual(field.description, "", field.name)
  })
})
