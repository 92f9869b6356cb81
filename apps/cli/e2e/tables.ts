/** What the tables hold, in a fixed order. */
import type { Pos } from "./pos.ts"

export type Cells = Record<string, string | number | null>

export const sql = (pos: Pos, statement: string) => pos.json<ReadonlyArray<Cells>>(0, "sql", statement)

export const tables = (pos: Pos) =>
  Promise.all([
    sql(pos, "SELECT * FROM sales ORDER BY transaction_id"),
    sql(pos, "SELECT * FROM total_sales_per_product_per_day ORDER BY date, product_id"),
    sql(pos, "SELECT * FROM store_sales_per_day ORDER BY date, store_id"),
  ])
