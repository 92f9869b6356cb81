import { Expr, rule } from "@pos/contract"
import { DeclaredTotal } from "../model/index.ts"

/** A store that was closed declares zeros: transactions are where revenue comes from. */
export const revenueWithoutLines = rule(DeclaredTotal, {
  id: "revenue_without_lines",
  severity: "error",
  dimension: "consistency",
  column: "declared_revenue",
  violatedWhen: (total) => Expr.and(Expr.eq(total.declared_lines, 0), Expr.ne(total.declared_revenue, 0)),
  message: "{column} is {value}, but no transactions are declared.",
  meaning: "A store declares revenue for a day on which it rang up no transactions.",
  remedy: "Send the number of transactions in the day's journal; a store that was closed sends zeros, or nothing.",
})
