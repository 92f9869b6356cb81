import { Expr, rule } from "@pos/contract"
import { Sale } from "../model/index.ts"

export const negativeDiscount = rule(Sale, {
  id: "negative_discount",
  severity: "error",
  column: "discount_applied",
  violatedWhen: (sale) => Expr.lt(Expr.coalesce(sale.discount_applied, 0), 0),
  message: "{column} is {value}: a discount can't be negative.",
  meaning: "The discount is below zero.",
  remedy: "Send the amount of the discount without a sign, for returns too; leave the cell empty if there was none.",
})
