export { DeclaredTotal } from "./declared-total.ts"
