import { Expr, rule } from "@pos/contract"
import { Sale } from "../model/index.ts"

/** 2000-01-01T00:00:00Z. */
export const EARLIEST = 946_684_800

export const timestampTooEarly = rule(Sale, {
  id: "timestamp_too_early",
  severity: "error",
  dimension: "timeliness",
  column: "timestamp",
  violatedWhen: (sale) => Expr.lt(sale.timestamp, EARLIEST),
  message: "{column} is {value}, which is before the year 2000.",
  meaning: "The timestamp lies before 2000-01-01: usually a till whose clock was reset.",
  remedy: "Send the moment of the sale as seconds since 1970-01-01 UTC, such as 1767225600.",
})
