import { Expr, rule } from "@pos/contract"
import { DeclaredTotal } from "../model/index.ts"

export const unitsWithoutLines = rule(DeclaredTotal, {
  id: "units_without_lines",
  severity: "error",
  dimension: "consistency",
  column: "declared_units",
  violatedWhen: (total) => Expr.and(Expr.eq(total.declared_lines, 0), Expr.ne(total.declared_units, 0)),
  message: "{column} is {value}, but no transactions are declared.",
  meaning: "A store declares units for a day on which it rang up no transactions.",
  remedy: "Send the number of transactions in the day's journal; a store that was closed sends zeros, or nothing.",
})
