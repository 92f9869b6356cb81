/** The demo's figures, read from the tables. */
import { Effect, Schema } from "effect"
import { type Lake, queryAll } from "../lake/lake.ts"
import type { CliPlan } from "../workspace/plan.ts"
import { Unavailable } from "../errors.ts"
import { Expected } from "./data.ts"
import type { Found } from "./check.ts"

const PRODUCT_KPI = "total_sales_per_product_per_day"

const Totals = Schema.Struct({
  rows: Schema.Int,
  revenue: Schema.NullOr(Schema.String),
  discount: Schema.NullOr(Schema.String),
  units: Schema.NullOr(Schema.Int),
})
const KpiTotals = Schema.Struct({ kpi_rows: Schema.Int, kpi_revenue: Schema.NullOr(Schema.String) })

export const readFigures = Effect.fn("readFigures")(
  function* (lake: Lake, plan: CliPlan, { first, last, totals }: Expected) {
    const tables = [plan.tables.curated, ...plan.tables.kpis]
    const dates = `WHERE date BETWEEN DATE '${first}' AND DATE '${last}'`
    const ask = (sql: string) => queryAll(lake, { tables, sql })
    const [sales] = yield* Schema.decodeUnknownEffect(Schema.Tuple([Totals]))(
      yield* ask(
        `SELECT count(*) AS rows, sum(revenue) AS revenue, sum(discount_applied) AS discount, sum(quantity) AS units FROM sales ${dates}`,
      ),
    )
    const [kpi] = yield* Schema.decodeUnknownEffect(Schema.Tuple([KpiTotals]))(
      yield* ask(`SELECT count(*) AS kpi_rows, sum(total_sales) AS kpi_revenue FROM ${PRODUCT_KPI} ${dates}`),
    )
    const top = yield* Schema.decodeUnknownEffect(Expected.fields.totals.fields.top_products)(
      yield* ask(
        `SELECT product_id, sum(total_sales) AS total_sales, sum(units_sold) AS units_sold, sum(transactions) AS transactions
         FROM ${PRODUCT_KPI} ${dates} GROUP BY product_id ORDER BY sum(total_sales) DESC, product_id LIMIT ${totals.top_products.length}`,
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
    } satisfies Found
  },
  Effect.catchTag(
    "SchemaError",
    (cause) =>
      new Unavailable({ problem: `The tables are not as the demo knows them: ${cause.message}`, remedy: "", cause }),
  ),
)
