export { stores as dataset } from "./dataset.ts"
export { kpis } from "./kpis.ts"
