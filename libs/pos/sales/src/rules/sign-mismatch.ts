import { Expr, rule } from "@pos/contract"
import { Sale } from "../model/index.ts"

/** A return has both negative, a gift has units and no revenue: neither is a mismatch. */
export const signMismatch = rule(Sale, {
  id: "sign_mismatch",
  severity: "warning",
  dimension: "consistency",
  column: "revenue",
  violatedWhen: (sale) =>
    Expr.or(
      Expr.and(Expr.lt(sale.revenue, 0), Expr.gt(sale.quantity, 0)),
      Expr.and(Expr.gt(sale.revenue, 0), Expr.lt(sale.quantity, 0)),
    ),
  message: "{column} is {value}, but quantity is {detail}: the signs differ.",
  meaning: "Units are sold for a negative revenue, or returned for a positive one.",
  remedy: "Send both positive for a sale, both negative for a return.",
  detail: (sale) => sale.quantity,
})
