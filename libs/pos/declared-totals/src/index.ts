export { declaredTotals } from "./dataset.ts"
export { kpis } from "./kpis/index.ts"
