export { sales as dataset } from "./dataset.ts"
export { kpis } from "./kpis/index.ts"
