import { Expr, kpi } from "@pos/contract"
import { Sale } from "../model/index.ts"

export const storeSalesPerDay = kpi(Sale, {
  name: "store_sales_per_day",
  description: "What each store sold on each business date.",
  by: ["store_id"],
  measures: (sale, { count, countDistinct, countWhere, sum }) => {
    const onReceipt = Expr.isPresent(sale.receipt_id)
    return {
      total_sales: sum(sale.revenue).describe("Revenue, returns subtracted"),
      units_sold: sum(sale.quantity).describe("Units, returns subtracted"),
      transactions: count().describe("Transactions"),
      total_discount: sum(Expr.coalesce(sale.discount_applied, 0)).describe("Discounts given"),
      returns: countWhere(Expr.lt(sale.quantity, 0)).describe("Transactions that are returns"),
      receipts: countDistinct(sale.receipt_id).describe("Receipts that transactions name"),
      sales_on_receipts: sum(Expr.caseWhen(onReceipt, sale.revenue, 0)).describe(
        "Revenue of the transactions that name a receipt, returns subtracted",
      ),
      units_on_receipts: sum(Expr.caseWhen(onReceipt, sale.quantity, 0)).describe(
        "Units of the transactions that name a receipt, returns subtracted",
      ),
    }
  },
  // Of these transactions alone: those that name no receipt say nothing about receipts.
  ratios: {
    average_receipt: {
      of: "sales_on_receipts",
      per: "receipts",
      digits: 2,
      description: "Revenue of a receipt; missing where no transaction names one",
    },
    units_per_receipt: {
      of: "units_on_receipts",
      per: "receipts",
      digits: 2,
      description: "Units on a receipt; missing where no transaction names one",
    },
  },
})
