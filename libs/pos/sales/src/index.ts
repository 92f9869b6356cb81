export { rules } from "./rules.ts"
export { sales } from "./sales.ts"
