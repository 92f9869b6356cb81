/** Prints the plan of the contract as if some of its columns were personal. */
import { kpis, sales } from "@pos/sales"
import { compile } from "@pos/sql"
import { Effect } from "effect"

const PERSONAL = ["transaction_id", "revenue"]
const fields = sales.fields.map((field) => ({ ...field, personal: PERSONAL.includes(field.name) }))
const plan = await Effect.runPromise(compile({ ...sales, fields }, kpis))

process.stdout.write(JSON.stringify({ ...plan, hash: "sha256:personal" }))
