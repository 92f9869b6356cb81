import { Expr, rule } from "@pos/contract"
import { Sale } from "../model/index.ts"

/** Only a warning: real sales data is full of them (loyalty schemes, vouchers). A return's gross is its refund. */
export const discountAboveGross = rule(Sale, {
  id: "discount_above_gross",
  severity: "warning",
  dimension: "consistency",
  column: "discount_applied",
  violatedWhen: (sale) => Expr.gt(Expr.coalesce(sale.discount_applied, 0), Expr.abs(sale.revenue)),
  message: "{column} is {value}, more than the transaction's revenue of {detail}.",
  meaning: "The discount is larger than the amount that it was given on.",
  remedy:
    "Check that revenue and discount belong to the same transaction; if the voucher was worth more, nothing has to change.",
  detail: (sale) => sale.revenue,
})
