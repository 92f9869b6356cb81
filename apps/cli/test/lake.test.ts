import { assert, describe, it, layer } from "@effect/vitest"
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  listValue,
  mapValue,
  structValue,
} from "@duckdb/node-api"
import { Effect, Layer, Schema } from "effect"
import { TestConsole } from "effect/testing"
import { mentioned, toJson } from "@pos/lake"
import { openLake, query, queryAll } from "../src/lake.ts"
import { Repeats, Rows } from "../src/output/rows-document.ts"
import { printRows, type RowFormat } from "../src/output/rows.ts"
import { repeatsStatement } from "../src/repeats/repeats.ts"
import { services, Tables, tables } from "./delta-tables.ts"

const ask = Effect.fnUntraced(function* (sql: string) {
  const { folder } = yield* Tables
  return yield* queryAll(yield* openLake({ uri: folder }), { tables, sql })
}, Effect.scoped)

const printed = Effect.fnUntraced(
  function* (sql: string, format: RowFormat) {
    const { folder } = yield* Tables
    yield* printRows(yield* query(yield* openLake({ uri: folder }), { tables, sql }), format)
    return (yield* TestConsole.logLines).join("\n")
  },
  Effect.scoped,
  Effect.provide(Layer.fresh(TestConsole.layer)),
)

layer(services)("the lake", (it) => {
  it.effect("gives decimals as text, times in ISO 8601 and integers as numbers while numbers hold them", () =>
    Effect.gen(function* () {
      const rows = yield* ask("SELECT * EXCLUDE (transaction_id) FROM sales ORDER BY transaction_id")
      const event_time = "2017-01-01T05:06:07.000008Z"
      assert.deepStrictEqual(rows, [
        { quantity: 1, revenue: "1.5000", discount_applied: "0.5000", event_time, date: "2017-01-01" },
        { quantity: -2, revenue: "-2.2500", discount_applied: null, event_time, date: "2017-01-01" },
        { quantity: "9007199254740993", revenue: "0.0001", discount_applied: null, event_time, date: "2017-01-02" },
      ])
    }),
  )

  it.effect("gives texts with all their characters, a byte order mark at the start among them", () =>
    Effect.gen(function* () {
      const sql = "SELECT chr(65279) || 'T-1' AS short, chr(65279) || 'T-1-longer-than-twelve-bytes' AS long"
      assert.deepStrictEqual(yield* ask(sql), [{ short: "\uFEFFT-1", long: "\uFEFFT-1-longer-than-twelve-bytes" }])
    }),
  )

  it.effect("joins the curated table with a KPI", () =>
    Effect.gen(function* () {
      const sql = "SELECT count(*) AS n FROM sales JOIN total_sales_per_product_per_day USING (date)"
      assert.deepStrictEqual(yield* ask(sql), [{ n: 5 }])
    }),
  )

  it.effect("takes one statement", () =>
    Effect.gen(function* () {
      assert.include((yield* Effect.flip(ask("SELECT 1; SELECT 2"))).message, "one SQL statement")
      assert.include((yield* Effect.flip(ask(" "))).message, "one SQL statement")
    }),
  )

  it.effect("says that a table has no data yet, and how to load some", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(ask("SELECT * FROM store_sales_per_day"))
      assert.include(message, "no data in store_sales_per_day yet")
      assert.include(message, "pos ingest")
    }),
  )

  it.effect("names the tables when one is unknown, and the column when one is wrong", () =>
    Effect.gen(function* () {
      assert.include((yield* Effect.flip(ask("SELECT * FROM sale"))).message, "Tables here: sales, ")
      assert.include((yield* Effect.flip(ask("SELECT nosuch FROM sales"))).message, "nosuch")
    }),
  )

  it.effect("fails at the row that cannot be computed", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ask("SELECT CAST(transaction_id AS INTEGER) FROM sales"))
      assert.strictEqual(error._tag, "InvalidRequest")
    }),
  )

  it.effect("prints JSON that is one array, however many batches it took", () =>
    Effect.gen(function* () {
      const out = yield* printed("SELECT range AS n FROM range(5000)", "json")
      assert.deepStrictEqual(
        JSON.parse(out),
        Array.from({ length: 5000 }, (_, n) => ({ n })),
      )
      assert.strictEqual(yield* printed("SELECT 1 AS n WHERE false", "json"), "[]")
    }),
  )

  it.effect("prints JSON in the shapes that pos sql and repeats promise", () =>
    Effect.gen(function* () {
      const statement = repeatsStatement((name) => `"${name}"`, {
        table: "sales",
        key: ["event_time"],
        date: "date",
        days: 1,
        limit: 0,
      })
      const again = Schema.decodeUnknownSync(Repeats)(JSON.parse(yield* printed(statement, "json")))
      const event_time = "2017-01-01T05:06:07.000008Z"
      assert.deepStrictEqual(again[0], { event_time, first_date: "2017-01-01", again_on: "2017-01-02", days_apart: 1 })
      const nested = "SELECT [1.5::DECIMAL(3,1)] AS list, {'a': NULL} AS object, NULL AS nothing FROM sales LIMIT 1"
      assert.deepStrictEqual(Schema.decodeUnknownSync(Rows)(JSON.parse(yield* printed(nested, "json"))), [
        { list: ["1.5"], object: { a: null }, nothing: null },
      ])
    }),
  )

  it.effect("prints CSV with a header, also without rows", () =>
    Effect.gen(function* () {
      const sql = "SELECT transaction_id, discount_applied FROM sales ORDER BY ALL LIMIT 2"
      assert.strictEqual(yield* printed(sql, "csv"), "transaction_id,discount_applied\na,0.5000\nb,")
      assert.strictEqual(yield* printed("SELECT 1 AS n WHERE false", "csv"), "n")
    }),
  )

  it.effect("prints a table of the first rows for people", () =>
    Effect.gen(function* () {
      const lines = (yield* printed("SELECT range AS n FROM range(5000)", "table")).split("\n")
      assert.lengthOf(lines, 102)
      assert.include(lines.at(-1), "The first 100 rows")
    }),
  )
})

describe("values", () => {
  it("keep every digit, nested ones too", () => {
    assert.strictEqual(toJson(new DuckDBDecimalValue(-5n, 18, 4)), "-0.0005")
    assert.strictEqual(toJson(new DuckDBDecimalValue(12n, 3, 0)), 12)
    assert.strictEqual(toJson(new DuckDBDecimalValue(12n ** 20n, 38, 0)), String(12n ** 20n))
    assert.strictEqual(toJson(Number.NaN), "NaN")
    assert.deepStrictEqual(toJson(listValue([1n, null])), [1, null])
    assert.deepStrictEqual(toJson(structValue({ a: new DuckDBDateValue(0) })), { a: "1970-01-01" })
    assert.deepStrictEqual(toJson(mapValue([{ key: "k", value: 1n }])), [{ key: "k", value: 1 }])
  })

  it("are ISO 8601 before 1970 too", () => {
    assert.strictEqual(toJson(new DuckDBTimestampTZValue(-1n)), "1969-12-31T23:59:59.999999Z")
    assert.strictEqual(toJson(new DuckDBTimestampValue(0n)), "1970-01-01T00:00:00")
  })
})

describe("the tables that a statement needs", () => {
  it("are those that it names, or all when it names none", () => {
    assert.deepStrictEqual(mentioned("FROM Sales", tables), tables.slice(0, 1))
    assert.deepStrictEqual(mentioned("SHOW TABLES", tables), tables)
  })
})
