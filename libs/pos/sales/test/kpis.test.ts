import { assert, describe, it } from "@effect/vitest"
import { fieldsOf } from "@pos/contract"
import { BigDecimal, Schema } from "effect"
import { kpis, totalSalesPerProductPerDay } from "../src/kpis/index.ts"

describe("a KPI", () => {
  it.each(kpis.map((kpi) => [kpi.name, kpi] as const))("%s explains itself and its measures", (_, kpi) => {
    assert.match(kpi.description, /\.$/)
    for (const field of fieldsOf(kpi.output)) assert.notStrictEqual(field.description, "", field.name)
  })

  it("has a name of its own", () => {
    assert.strictEqual(new Set(kpis.map(({ name }) => name)).size, kpis.length)
  })
})

describe("the rows of total_sales_per_product_per_day", () => {
  it("are typed, money exact", () => {
    const row: typeof totalSalesPerProductPerDay.output.Type = {
      date: "2026-01-01",
      product_id: 4711n,
      total_sales: BigDecimal.fromStringUnsafe("12.5"),
      units_sold: 3n,
      transactions: 2n,
      total_discount: BigDecimal.fromStringUnsafe("0"),
    }
    assert.isTrue(Schema.is(totalSalesPerProductPerDay.output)(row))
  })
})
