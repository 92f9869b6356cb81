import { storeSalesPerDay } from "./store-sales-per-day.ts"
import { totalSalesPerProductPerDay } from "./total-sales-per-product-per-day.ts"

export { storeSalesPerDay, totalSalesPerProductPerDay }

/** Every KPI that is computed. Adding one here creates its table at the next deployment and fills it at the next run. */
export const kpis = [totalSalesPerProductPerDay, storeSalesPerDay] as const
