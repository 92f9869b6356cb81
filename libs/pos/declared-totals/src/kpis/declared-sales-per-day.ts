import { kpi } from "@pos/contract"
import { DeclaredTotal } from "../model/index.ts"

export const declaredSalesPerDay = kpi(DeclaredTotal, {
  name: "declared_sales_per_day",
  description: "What all stores together declared for each business date.",
  by: [],
  measures: (total, { count, sum }) => ({
    stores: count().describe("Stores that declared their totals"),
    total_lines: sum(total.declared_lines).describe("Transactions declared"),
    total_revenue: sum(total.declared_revenue).describe("Revenue declared, returns subtracted"),
    total_units: sum(total.declared_units).describe("Units declared, returns subtracted"),
  }),
})
