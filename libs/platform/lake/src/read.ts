/** What a program asks questions to: `lake.kpi(storeSalesPerDay)`, `lake.table(sales)`. */
export { kpi } from "./kpi.ts"
export { table } from "./table.ts"
