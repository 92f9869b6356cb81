export { sales } from "./dataset.ts"
export { kpis } from "./kpis/index.ts"
