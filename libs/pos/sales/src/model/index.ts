export { Sale } from "./sale.ts"
