import { Expr, rule } from "@pos/contract"
import { Sale } from "../model/index.ts"

/** 1e11 seconds are the year 5138; 1e11 milliseconds are March 1973. So there is no doubt which of them is meant. */
export const FIRST_MILLISECONDS = 100_000_000_000

export const timestampInMilliseconds = rule(Sale, {
  id: "timestamp_in_milliseconds",
  severity: "error",
  dimension: "timeliness",
  column: "timestamp",
  violatedWhen: (sale) => Expr.gte(sale.timestamp, FIRST_MILLISECONDS),
  message: "{column} is {value}: that looks like milliseconds, but seconds are expected.",
  meaning: "The timestamp is so large that it must be milliseconds (or smaller units) since 1970.",
  remedy: "Divide by 1000: send seconds since 1970-01-01 UTC.",
})
