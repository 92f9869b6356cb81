import { kpis } from "@pos/kpis"
import { sales } from "@pos/rules"
import { compile } from "@pos/sql"
import { Effect } from "effect"

/** File name → text, the same for the same contract. */
export const artefacts = Effect.gen(function* () {
  const plan = yield* compile(sales as never, kpis)
  return { "plan.json": `${JSON.stringify(plan, null, 2)}\n` }
})
