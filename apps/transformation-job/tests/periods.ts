/** KPIs of weeks and months, by the local hour and by what the list of stores says. */
import { kpi } from "@pos/contract"
import { Sale } from "@pos/sales/model"
import { dataset as stores } from "@pos/stores"

const RATIOS = { average: { of: "total", per: "rows", digits: 2, description: "Revenue of a row" } } as const

export const periods = [
  kpi(Sale, {
    name: "sales_per_region_per_week",
    description: "What each region sold in each week.",
    grain: "week",
    by: (sale, { lookup }) => ({ region: lookup(stores, { store_id: sale.store_id }).region }),
    measures: (sale, { count, countDistinct, sum }) => ({
      total: sum(sale.revenue).describe("Revenue"),
      rows: count().describe("Rows"),
      products: countDistinct(sale.product_id).describe("Products"),
    }),
    ratios: RATIOS,
  }),
  kpi(Sale, {
    name: "sales_per_hour_per_month",
    description: "What was sold in each hour of the day.",
    grain: "month",
    by: (sale, { localHour }) => ({ hour: localHour(sale.timestamp) }),
    measures: (sale, { count, sum }) => ({
      total: sum(sale.revenue).describe("Revenue"),
      rows: count().describe("Rows"),
    }),
    ratios: RATIOS,
  }),
]
