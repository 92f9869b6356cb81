import { Expr, kpi } from "@pos/contract"
import { Sale } from "../model/index.ts"

export const storeSalesPerDay = kpi(Sale, {
  name: "store_sales_per_day",
  description: "What each store sold on each business date.",
  by: ["store_id"],
  measures: (sale, { count, countWhere, sum }) => ({
    total_sales: sum(sale.revenue).describe("Revenue, returns subtracted"),
    units_sold: sum(sale.quantity).describe("Units, returns subtracted"),
    transactions: count().describe("Transactions"),
    total_discount: sum(Expr.coalesce(sale.discount_applied, 0)).describe("Discounts given"),
    returns: countWhere(Expr.lt(sale.quantity, 0)).describe("Transactions that are returns"),
  }),
})
