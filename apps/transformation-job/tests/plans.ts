/** Prints plans of the contract as if it said otherwise, by name: what a retailer may change and the engines must agree on. */
import { everywhere } from "@pos/contract"
import { dataset as sales, kpis } from "@pos/sales"
import { compile } from "@pos/sql"
import { dataset as stores } from "@pos/stores"
import { Effect } from "effect"
import { periods } from "./periods.ts"

/** Of one column that names a row, one that is added up, and one that is neither. */
const PERSONAL = ["transaction_id", "store_id", "revenue"]

const latestWins = { ...sales.policies, acrossFiles: "latestWins" as const }

const variants = {
  "as-it-is": sales,
  "new-york-from-4": { ...sales, businessDate: { timeZone: "America/New_York", cutoffHour: 4 } },
  "lord-howe-from-3": { ...sales, businessDate: { timeZone: "Australia/Lord_Howe", cutoffHour: 3 } },
  kathmandu: { ...sales, businessDate: { timeZone: "Asia/Kathmandu", cutoffHour: 0 } },
  personal: { ...sales, fields: sales.fields.map((field) => ({ ...field, personal: PERSONAL.includes(field.name) })) },
  "latest-wins": { ...sales, policies: latestWins },
  "two-days": { ...sales, unique: everywhere(2) },
  "two-days-latest-wins": { ...sales, unique: everywhere(2), policies: latestWins },
  "all-year": { ...sales, unique: everywhere() },
}

/** Of reference data there are no figures. */
const reference = {
  stores,
  "stores-changes": { ...stores, delivers: "changes" as const },
}

const plans = Effect.forEach(
  [
    ...Object.entries(variants).map(([name, of]) => [name, of, kpis] as const),
    ["periods", variants["new-york-from-4"], periods] as const,
    ...Object.entries(reference).map(([name, of]) => [name, of, []] as const),
  ],
  ([name, dataset, figures]) =>
    Effect.map(compile(dataset, figures), (content) => [name, { ...content, hash: `sha256:${name}` }] as const),
)

process.stdout.write(JSON.stringify(Object.fromEntries(await Effect.runPromise(plans))))
