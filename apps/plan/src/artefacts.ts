import { createHash } from "node:crypto"
import { kpis, sales } from "@pos/sales"
import { canonicalJson, compile, type Plan, type PlanContent } from "@pos/sql"
import { Effect } from "effect"
import { dataContract } from "./documents/data-contract.ts"
import { jsonSchema } from "./documents/json-schema.ts"
import { openDataContract } from "./documents/odcs.ts"
import { reasonCodes } from "./documents/reason-codes.ts"

const sealed = (content: PlanContent): Plan => ({
  ...content,
  hash: `sha256:${createHash("sha256").update(canonicalJson(content)).digest("hex")}`,
})

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** What is built from the contract, file name → text: always the same for the same contract. */
export const artefacts = Effect.map(compile(sales, kpis), (content) => ({
  "plan.json": pretty(sealed(content)),
  "contract.schema.json": pretty(jsonSchema(sales)),
  "contract.odcs.json": pretty(openDataContract(sales, content)),
  "data-contract.md": dataContract(sales, content),
}))

/** What the repository keeps of it, path below `docs/` → text. */
export const documents = Effect.map(compile(sales, kpis), (content) => ({
  "data-contract.md": dataContract(sales, content),
  "reason-codes.md": reasonCodes(content),
}))
