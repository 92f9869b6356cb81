/** Prints the plan of the contract as if some of its columns were personal. */
import { dataset as sales, kpis } from "@pos/sales"
import { compile } from "@pos/sql"
import { Effect } from "effect"

const PERSONAL = ["transaction_id", "revenue"]
const fields = sales.fields.map((field) => ({ ...field, personal: PERSONAL.includes(field.name) }))
const plan = await Effect.runPromise(compile({ ...sales, fields }, kpis))

const hash = "sha256:personal"
const datasets = { [sales.table]: { ...plan, hash } }

process.stdout.write(JSON.stringify({ format: "pos-plan/2", hash, datasets, defaultDataset: sales.table }))
