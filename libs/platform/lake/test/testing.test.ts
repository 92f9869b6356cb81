/** Lakes for the tests of apps: what is put in comes out, and DuckDB is not asked to believe it. */
import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Decimal, Integer, kpi, Text } from "@pos/contract"
import { BigDecimal, Effect, Layer, Schema } from "effect"
import { join } from "node:path"
import { Lake, lake, ofLocalAws, readStored } from "../src/index.ts"
import { kpiOf, testLake } from "../src/testing.ts"

const Line = Schema.Struct({ store: Integer, region: Schema.optionalKey(Text), amount: Decimal(18, 4) })
const takings = kpi(Line, {
  name: "takings_per_month",
  description: "Takings.",
  grain: "month",
  by: ["region"],
  measures: (line, { count, sum }) => ({ total: sum(line.amount), rows: count() }),
  ratios: { average: { of: "total", per: "rows", digits: 2, description: "Amount of a row" } },
})
const amount = BigDecimal.fromStringUnsafe

const access = { extensions: join(import.meta.dirname, "../../../../.venv/duckdb-extensions") }
const made = testLake(
  [
    kpiOf(takings, [
      { month: "2026-01-01", region: "it's North", total: amount("10"), rows: 3n },
      { month: "2026-01-01", total: amount("-0.0001"), rows: 9223372036854775807n },
      { month: "2026-02-01", region: "South", total: amount("123456789012345678901234.5678"), rows: 0n },
    ]),
  ],
  access,
).pipe(Layer.provideMerge(NodeServices.layer))

layer(made, { timeout: "60 seconds" })("a lake for tests", (it) => {
  it.effect("has the rows that it was given", () =>
    Effect.gen(function* () {
      const rows = yield* lake.kpi(takings).orderBy("month").orderBy("rows").rows
      assert.deepStrictEqual(
        rows.map(({ month, region, total, rows: count, average }) => [
          month,
          region,
          BigDecimal.format(total),
          count,
          average && BigDecimal.format(average),
        ]),
        [
          ["2026-01-01", "it's North", "10", 3n, "3.33"],
          ["2026-01-01", undefined, "-0.0001", 9223372036854775807n, "0"],
          ["2026-02-01", "South", "123456789012345678901234.5678", 0n, undefined],
        ],
      )
      assert.lengthOf(yield* lake.kpi(takings).where({ month: "2026-02-01" }).rows, 1)
      // @ts-expect-error a column is missing
      kpiOf(takings, [{ month: "2026-01-01", total: amount("1") }])
    }),
  )

  it.effect("counts no rows where the log of a table does not tell them", () =>
    Effect.gen(function* () {
      const { name } = takings
      const found = yield* readStored(yield* Lake, { name, path: `kpi/${name}` })
      assert.deepStrictEqual(
        found?.files.map(({ rows }) => rows),
        [null, null],
      )
    }),
  )

  it.effect("is none of a local AWS that does not run", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ofLocalAws("/nonexistent/pos-home"))
      assert.match(error.message, /^No local AWS runs for/)
    }),
  )
})
