import { Expr, rule } from "@pos/contract"
import { Store } from "../model/index.ts"

export const closedBeforeOpened = rule(Store, {
  id: "closed_before_opened",
  severity: "error",
  dimension: "consistency",
  column: "closed",
  violatedWhen: (store) => Expr.lt(Expr.coalesce(store.closed, store.opened), store.opened),
  detail: (store) => store.opened,
  message: "{column} is {value}, but the store opened on {detail} only.",
  meaning: "The store closed before it opened.",
  remedy: "Correct the day that is wrong. Leave closed empty while the store is open.",
})
