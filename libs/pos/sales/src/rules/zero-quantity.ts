import { Expr, rule } from "@pos/contract"
import { Sale } from "../model/index.ts"

/** Only a warning: real tills ring up deposits, fees and corrections without units. */
export const zeroQuantity = rule(Sale, {
  id: "zero_quantity",
  severity: "warning",
  column: "quantity",
  violatedWhen: (sale) => Expr.eq(sale.quantity, 0),
  message: "{column} is {value}: the transaction sells no units (its revenue is {detail}).",
  meaning: "A transaction without units.",
  remedy: "Send the units sold (negative for a return); if it is a fee, nothing has to change.",
  detail: (sale) => sale.revenue,
})
