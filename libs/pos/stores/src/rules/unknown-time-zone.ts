import { Expr, rule } from "@pos/contract"
import { Store, TIME_ZONES } from "../model/index.ts"

export const unknownTimeZone = rule(Store, {
  id: "unknown_time_zone",
  severity: "error",
  dimension: "conformity",
  column: "time_zone",
  violatedWhen: (store) => Expr.not(Expr.oneOf(store.time_zone, TIME_ZONES)),
  message: "{column} is {value}, which is no time zone.",
  meaning: "The IANA time zone database has no time zone of this name.",
  remedy: "Send the name as the database writes it, such as Europe/Berlin: no abbreviation, no distance to UTC.",
})
