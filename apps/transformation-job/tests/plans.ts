/** Prints plans of the contract as if it said otherwise, by name: what a retailer may change and the engines must agree on. */
import { Decimal, everywhere, Expr, fieldsOf, Flag, kpi, perBusinessDate, Text } from "@pos/contract"
import { dataset as sales, kpis } from "@pos/sales"
import { Sale } from "@pos/sales/model"
import { compile } from "@pos/sql"
import { dataset as stores } from "@pos/stores"
import { Store } from "@pos/stores/model"
import { Effect, Schema } from "effect"
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
  "one-date": { ...sales, unique: perBusinessDate },
  "one-date-latest-wins": { ...sales, unique: perBusinessDate, policies: latestWins },
  "two-days": { ...sales, unique: everywhere(2) },
  "two-days-latest-wins": { ...sales, unique: everywhere(2), policies: latestWins },
  "all-year": { ...sales, unique: everywhere() },
}

const described = { description: "Added to a contract that has been used.", examples: [] }

/** Sales with two more columns, that a row may lack; and figures with a measure, and a KPI, of one of them. */
const WiderSale = Schema.Struct({
  ...Sale.fields,
  loyalty_member: Schema.optionalKey(Flag.annotate(described)),
  tip: Schema.optionalKey(Decimal(9, 2).annotate(described)),
})
const wider = { ...sales, fields: fieldsOf(WiderSale) }
const widerKpis = [
  ...kpis.filter(({ name }) => name !== "store_sales_per_day"),
  kpi(WiderSale, {
    name: "store_sales_per_day",
    description: "What each store sold on each business date.",
    by: ["store_id"],
    measures: (sale, { count, sum }) => ({
      total_sales: sum(sale.revenue).describe("Revenue"),
      transactions: count().describe("Rows"),
      tips: sum(Expr.coalesce(sale.tip, 0)).describe("Tips"),
    }),
  }),
  kpi(WiderSale, {
    name: "tips_per_product",
    description: "Tips by product.",
    by: ["product_id"],
    measures: (sale, { sum }) => ({ tips: sum(Expr.coalesce(sale.tip, 0)).describe("Tips") }),
  }),
]
/** A row of the same table stands for something else. */
const otherGrain = [
  kpi(Sale, {
    name: "store_sales_per_day",
    description: "What each store sold of each product.",
    by: ["store_id", "product_id"],
    measures: (sale, { count, sum }) => ({
      total_sales: sum(sale.revenue).describe("Revenue"),
      transactions: count().describe("Rows"),
    }),
  }),
]
const changed = {
  wider: [wider, widerKpis],
  "wider-latest-wins": [{ ...wider, policies: { ...wider.policies, acrossFiles: "latestWins" as const } }, widerKpis],
  "other-grain": [sales, otherGrain],
} as const

/** Of reference data there are no figures. */
const reference = {
  stores,
  "stores-changes": { ...stores, delivers: "changes" as const },
  "stores-wider": {
    ...stores,
    delivers: "changes" as const,
    fields: fieldsOf(Schema.Struct({ ...Store.fields, manager: Schema.optionalKey(Text.annotate(described)) })),
  },
}

const plans = Effect.forEach(
  [
    ...Object.entries(variants).map(([name, of]) => [name, of, kpis] as const),
    ["periods", variants["new-york-from-4"], periods] as const,
    ...Object.entries(changed).map(([name, [of, figures]]) => [name, of, figures] as const),
    ...Object.entries(reference).map(([name, of]) => [name, of, []] as const),
  ],
  ([name, dataset, figures]) =>
    Effect.map(compile(dataset, figures), (content) => [name, { ...content, hash: `sha256:${name}` }] as const),
)

process.stdout.write(JSON.stringify(Object.fromEntries(await Effect.runPromise(plans))))
