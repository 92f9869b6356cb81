import { Expr, rule } from "@pos/contract"
import { DeclaredTotal } from "../model/index.ts"

/** Only a warning: a store may take back more than it sells on the day after a holiday. */
export const negativeTotal = rule(DeclaredTotal, {
  id: "negative_total",
  severity: "warning",
  dimension: "accuracy",
  column: "declared_revenue",
  violatedWhen: (total) => Expr.lt(total.declared_revenue, 0),
  message: "{column} is {value}: more was returned than sold.",
  meaning: "The revenue of a whole day is negative.",
  remedy: "Check that sales and returns have the right signs; if more was returned than sold, nothing has to change.",
})
