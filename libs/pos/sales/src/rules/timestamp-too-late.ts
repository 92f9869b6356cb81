import { Expr, rule } from "@pos/contract"
import { Sale } from "../model/index.ts"

/** Clocks run ahead and time zones are mistaken, but not by more than two days. Seconds. */
export const ALLOWED_AHEAD = 2 * 86_400

export const timestampTooLate = rule(Sale, {
  id: "timestamp_too_late",
  severity: "error",
  dimension: "timeliness",
  column: "timestamp",
  violatedWhen: (sale, run) => Expr.gt(sale.timestamp, Expr.add(run.eventTime, ALLOWED_AHEAD)),
  message: "{column} is {value}, which is in the future.",
  meaning: "The timestamp lies more than two days after the file's arrival.",
  remedy: "Set the till's clock and time zone, and send the moment of the sale.",
})
