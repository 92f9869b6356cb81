/** The demo's figures, read from the tables. */
import { Effect, Schema } from "effect"
import { literal } from "@pos/lake"
import { type OpenLake, queryAll } from "../lake.ts"
import { type CliPlan, tablesOf } from "../workspace/plan.ts"
import { Unavailable } from "../errors.ts"
import { Expected } from "./data.ts"
import type { Found } from "./check.ts"

const PRODUCT_KPI = "total_sales_per_product_per_day"

const Totals = Schema.Struct({
  rows: Schema.Int,
  revenue: Schema.NullOr(Schema.String),
  discount: Schema.NullOr(Schema.String),
  units: Schema.NullOr(Schema.Int),
  others: Schema.Int,
})
const KpiTotals = Schema.Struct({ kpi_rows: Schema.Int, kpi_revenue: Schema.NullOr(Schema.String) })

/**
 * The demo's own transactions, whatever else was sold on its days. A row of the KPI is about all sales of a product and day, so
 * what the others have added to it is taken off: what remains must be the demo's.
 */
const relations = ({ first, last }: Expected, keys: string): string => `WITH
  demo AS (FROM read_csv(${literal(keys)}, header = true, columns = {transaction_id: 'VARCHAR', date: 'DATE'})),
  window_sales AS (FROM sales WHERE date BETWEEN DATE '${first}' AND DATE '${last}'),
  ours AS (FROM window_sales SEMI JOIN demo USING (transaction_id, date)),
  theirs AS (FROM window_sales ANTI JOIN demo USING (transaction_id, date)),
  groups AS (SELECT DISTINCT date, product_id FROM ours),
  added AS (
    SELECT date, product_id, sum(revenue) AS revenue, sum(quantity) AS units, count(*) AS transactions
    FROM theirs GROUP BY date, product_id
  ),
  kpi AS (
    SELECT date, product_id, total_sales - coalesce(added.revenue, 0) AS total_sales,
      units_sold - coalesce(added.units, 0) AS units_sold,
      sold.transactions - coalesce(added.transactions, 0) AS transactions
    FROM ${PRODUCT_KPI} AS sold SEMI JOIN groups USING (date, product_id) LEFT JOIN added USING (date, product_id)
  )
`

/** `keys` names the file of the demo's ids and dates, which the lake must be allowed to read. */
export const readFigures = Effect.fn("readFigures")(
  function* (lake: OpenLake, plan: CliPlan, expected: Expected, keys: string) {
    const tables = tablesOf(plan)
    const { top_products } = expected.totals
    const ask = (sql: string) => queryAll(lake, { tables, sql: relations(expected, keys) + sql })
    const [sales] = yield* Schema.decodeUnknownEffect(Schema.Tuple([Totals]))(
      yield* ask(
        `SELECT count(*) AS rows, sum(revenue) AS revenue, sum(discount_applied) AS discount, sum(quantity) AS units,
           (SELECT count(*) FROM theirs) AS others FROM ours`,
      ),
    )
    const [kpi] = yield* Schema.decodeUnknownEffect(Schema.Tuple([KpiTotals]))(
      yield* ask("SELECT count(*) AS kpi_rows, sum(total_sales) AS kpi_revenue FROM kpi"),
    )
    const top = yield* Schema.decodeUnknownEffect(Expected.fields.totals.fields.top_products)(
      yield* ask(
        `SELECT product_id, sum(total_sales) AS total_sales, sum(units_sold) AS units_sold, sum(transactions) AS transactions
         FROM kpi GROUP BY product_id ORDER BY sum(total_sales) DESC, product_id LIMIT ${top_products.length}`,
      ),
    )
    return {
      rows: sales.rows,
      revenue: sales.revenue ?? "",
      discount: sales.discount ?? "",
      units: sales.units ?? 0,
      kpi_rows: kpi.kpi_rows,
      kpi_revenue: kpi.kpi_revenue ?? "",
      top_products: top,
      others: sales.others,
    } satisfies Found
  },
  Effect.catchTag(
    "SchemaError",
    (cause) =>
      new Unavailable({ problem: `The tables are not as the demo knows them: ${cause.message}`, remedy: "", cause }),
  ),
)
