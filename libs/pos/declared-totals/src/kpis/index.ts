import { declaredSalesPerDay } from "./declared-sales-per-day.ts"

export { declaredSalesPerDay }

/** Every KPI that is computed. Adding one here creates its table at the next deployment and fills it at the next run. */
export const kpis = [declaredSalesPerDay] as const
