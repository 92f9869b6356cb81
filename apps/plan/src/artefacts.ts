import { createHash } from "node:crypto"
import { kpis } from "@pos/kpis"
import { sales } from "@pos/rules"
import { canonicalJson, compile, type Plan, type PlanContent } from "@pos/sql"
import { Effect } from "effect"

const sealed = (content: PlanContent): Plan => ({
  ...content,
  hash: `sha256:${createHash("sha256").update(canonicalJson(content)).digest("hex")}`,
})

/** File name → text, the same for the same contract. */
export const artefacts = Effect.gen(function* () {
  const plan = sealed(yield* compile(sales, kpis))
  return { "plan.json": `${JSON.stringify(plan, null, 2)}\n` }
})
