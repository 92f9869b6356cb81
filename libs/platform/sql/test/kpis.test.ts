/** DuckDB computes of generated rows what `computeKpi` computes. */
import { assert, it } from "@effect/vitest"
import { Expr, kpi, type Row } from "@pos/contract"
import { Effect } from "effect"
import { duckdb, kpiSelect, UnsupportedInDialect } from "../src/index.ts"
import { ask, literalOf } from "./support/duckdb.ts"
import { expected, kpis, lines, microsOf, printed, references, rowsOf } from "./support/kpis.ts"
import { receipts, Receipt } from "./support/receipts.ts"

const NAMES = ["store", "receipt", "currency", "amount", "units"]

const tables = (rows: ReturnType<typeof rowsOf>): ReadonlyArray<string> => [
  "SET TimeZone = 'Asia/Kathmandu'",
  "CREATE TABLE lines(date DATE, event_time TIMESTAMPTZ, store BIGINT, receipt VARCHAR, currency VARCHAR, amount DECIMAL(18,4), units BIGINT)",
  `INSERT INTO lines VALUES ${rows
    .map(
      ({ date, row }) =>
        `('${date}', make_timestamptz(${microsOf(row["at"] as number)}), ${NAMES.map((name) => literalOf(row[name])).join(", ")})`,
    )
    .join(", ")}`,
  "CREATE TABLE reference_places(store BIGINT, region VARCHAR, rank BIGINT)",
  `INSERT INTO reference_places VALUES ${references.places
    .map((row: Row) => `(${["store", "region", "rank"].map((name) => literalOf(row[name])).join(", ")})`)
    .join(", ")}`,
]

it.effect.each(kpis)("$name", (one) =>
  Effect.gen(function* () {
    const rows = rowsOf(1000, 1)
    const select = yield* kpiSelect(one, duckdb, "lines", lines)
    const names = [...one.dimensions, ...one.measures].map(({ name }) => `CAST(${duckdb.identifier(name)} AS VARCHAR)`)
    const period = one.grain === "day" ? "date" : one.grain
    const found = yield* ask(tables(rows), `SELECT CAST(${period} AS VARCHAR), ${names.join(", ")} FROM (${select})`)
    assert.deepStrictEqual(printed(one, found), expected(one, rows))
  }),
)

it.effect("a moment is no number that a KPI adds up or compares", () =>
  Effect.gen(function* () {
    const late = kpi(Receipt, {
      name: "late",
      description: "",
      by: [],
      measures: (row, { countWhere }) => ({ late: countWhere(Expr.gt(row.at, 5)) }),
    })
    const error = yield* Effect.flip(kpiSelect(late, duckdb, "receipts", receipts))
    assert.instanceOf(error, UnsupportedInDialect)
  }),
)
