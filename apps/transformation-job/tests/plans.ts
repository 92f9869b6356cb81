/** Prints plans of the contract as if it said otherwise, by name: what a retailer may change and the engines must agree on. */
import { dataset as sales, kpis } from "@pos/sales"
import { compile } from "@pos/sql"
import { Effect } from "effect"

/** Of one column that names a row, one that is added up, and one that is neither. */
const PERSONAL = ["transaction_id", "store_id", "revenue"]

const variants = {
  "as-it-is": sales,
  "new-york-from-4": { ...sales, businessDate: { timeZone: "America/New_York", cutoffHour: 4 } },
  "lord-howe-from-3": { ...sales, businessDate: { timeZone: "Australia/Lord_Howe", cutoffHour: 3 } },
  kathmandu: { ...sales, businessDate: { timeZone: "Asia/Kathmandu", cutoffHour: 0 } },
  personal: { ...sales, fields: sales.fields.map((field) => ({ ...field, personal: PERSONAL.includes(field.name) })) },
  "latest-wins": { ...sales, policies: { ...sales.policies, acrossFiles: "latestWins" as const } },
}

const plans = Effect.forEach(Object.entries(variants), ([name, dataset]) =>
  Effect.map(compile(dataset, kpis), (content) => [name, { ...content, hash: `sha256:${name}` }] as const),
)

process.stdout.write(JSON.stringify(Object.fromEntries(await Effect.runPromise(plans))))
