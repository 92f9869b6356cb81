/** The KPIs' statements on a handful of sales whose sums are known. */
import { assert, describe, it } from "@effect/vitest"
import { DuckDBInstance } from "@duckdb/node-api"
import { kpis } from "@pos/sales"
import { duckdb, kpiSelect } from "@pos/sql"
import { Effect } from "effect"

const SALES = `CREATE TABLE sales AS SELECT * FROM (VALUES
  (DATE '2026-01-01', 't1', 1, 7, 2, 10.0000, 0.5000, 'r1'),
  (DATE '2026-01-01', 't2', 1, 7, 1, 5.0001, NULL, 'r1'),
  (DATE '2026-01-01', 't3', 2, 7, -1, -5.0000, NULL, NULL),
  (DATE '2026-01-01', 't4', 2, 8, 0, 1.0000, 2.0000, 'r1'),
  (DATE '2026-01-02', 't5', 1, 7, 9223372036854775000, 0.0001, NULL, NULL)
) AS s(date, transaction_id, store_id, product_id, quantity, revenue, discount_applied, receipt_id)`

const rows = (name: string, order: string) =>
  Effect.gen(function* () {
    const kpi = kpis.find((one) => one.name === name)
    assert.isDefined(kpi)
    const sql = yield* kpiSelect(kpi!, duckdb, "sales")
    return yield* Effect.promise(async () => {
      const connection = await (await DuckDBInstance.create(":memory:")).connect()
      await connection.run(SALES)
      const found = await connection.runAndReadAll(`SELECT * FROM (${sql}) ORDER BY ${order}`)
      connection.closeSync()
      return found.getRowsJson()
    })
  })

describe("on known sales", () => {
  it.effect("total_sales_per_product_per_day", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* rows("total_sales_per_product_per_day", "date, product_id"), [
        ["2026-01-01", 7, "10.0001", "2", "3", "0.5000"],
        ["2026-01-01", 8, "1.0000", "0", "1", "2.0000"],
        ["2026-01-02", 7, "0.0001", "9223372036854775000", "1", "0.0000"],
      ])
    }),
  )

  it.effect("store_sales_per_day", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* rows("store_sales_per_day", "date, store_id"), [
        ["2026-01-01", 1, "15.0001", "3", "2", "0.5000", "0", "1", "15.0001", "3"],
        ["2026-01-01", 2, "-4.0000", "-1", "2", "2.0000", "1", "1", "1.0000", "0"],
        ["2026-01-02", 1, "0.0001", "9223372036854775000", "1", "0.0000", "0", "0", "0.0000", "0"],
      ])
    }),
  )
})
