import { Expr, kpi } from "@pos/contract"
import { Sale } from "../model/index.ts"

export const totalSalesPerProductPerDay = kpi(Sale, {
  name: "total_sales_per_product_per_day",
  description: "What each product sold on each business date, all stores together.",
  by: ["product_id"],
  measures: (sale, { count, sum }) => ({
    total_sales: sum(sale.revenue).describe("Revenue, returns subtracted"),
    units_sold: sum(sale.quantity).describe("Units, returns subtracted"),
    transactions: count().describe("Transactions"),
    total_discount: sum(Expr.coalesce(sale.discount_applied, 0)).describe("Discounts given"),
  }),
})
