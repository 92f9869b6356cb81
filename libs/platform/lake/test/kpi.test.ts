/** Typed reading of KPI tables that delta-rs has written. */
import { assert, layer } from "@effect/vitest"
import { Decimal, Integer, kpi, Text } from "@pos/contract"
import { BigDecimal, Effect, Schema, Stream } from "effect"
import { kpiJson, Lake, lake, query, readStored, withRatioColumns } from "../src/index.ts"
import { lakeOf } from "./opened.ts"
import { places } from "./places.ts"

const Line = Schema.Struct({
  store_id: Integer,
  receipt: Schema.optionalKey(Text),
  amount: Decimal(18, 4),
  units: Integer,
})
const takings = kpi(Line, {
  name: "takings_per_week",
  description: "Takings.",
  grain: "week",
  by: (line, { lookup }) => ({ region: lookup(places, { store: line.store_id }).region }),
  measures: (line, { countDistinct, sum }) => ({
    total: sum(line.amount),
    units_total: sum(line.units),
    receipts: countDistinct(line.receipt),
  }),
  ratios: { per_receipt: { of: "total", per: "receipts", digits: 2, description: "Amount of a receipt" } },
})
const rowsPerDay = kpi(Line, {
  name: "rows_per_day",
  description: "Rows.",
  by: ["store_id"],
  measures: (_line, { count }) => ({ rows: count() }),
})

const opened = lakeOf("delta_fixture.py")

const text = (value: BigDecimal.BigDecimal | undefined) => (value === undefined ? undefined : BigDecimal.format(value))

const regions = (rows: ReadonlyArray<{ readonly region?: string }>) => rows.map(({ region }) => region)

layer(opened, { timeout: "60 seconds" })("a stored table", (it) => {
  it.effect.each(["keyed", "aged"])("tells its key, its partitions and what must have a value: %s", (name) =>
    Effect.gen(function* () {
      const found = yield* readStored(yield* Lake, { name, path: `curated/${name}` })
      assert.deepStrictEqual(found?.columns, [
        { name: "id", type: "string", nullable: false },
        { name: "date", type: "date", nullable: false },
        { name: "note", type: "string", nullable: true },
      ])
      assert.deepStrictEqual([found?.key, found?.partitionBy], [["date", "id"], ["date"]])
    }),
  )

  it.effect("that says no key has none", () =>
    Effect.gen(function* () {
      const found = yield* readStored(yield* Lake, { name: "rows_per_day", path: "kpi/rows_per_day" })
      assert.isUndefined(found?.key)
      assert.deepStrictEqual(found?.partitionBy, ["date"])
    }),
  )
})

layer(opened, { timeout: "60 seconds" })("a KPI table", (it) => {
  it.effect("gives typed rows, with ratios divided and missing values left out", () =>
    Effect.gen(function* () {
      const rows = yield* lake.kpi(takings).orderBy("week", "descending").orderBy("receipts", "descending").rows
      assert.deepStrictEqual(
        rows.map(({ week, region, total, units_total, receipts, per_receipt }) => [
          week,
          region,
          text(total),
          units_total,
          receipts,
          text(per_receipt),
        ]),
        [
          ["2026-11-23", "North", "10", 3n, 3n, "3.33"],
          ["2026-11-23", undefined, "-0.05", 2n, 2n, "-0.03"],
          ["2026-11-16", "it's South", "123456789012345678901234.5678", 9223372036854775808000n, 0n, undefined],
        ],
      )
      assert.notProperty(rows[1], "region")
    }),
  )

  it.effect("is filtered, ordered and limited by what it has", () =>
    Effect.gen(function* () {
      const of = lake.kpi(takings)
      assert.deepStrictEqual(regions(yield* of.where({ region: "it's South" }).rows), ["it's South"])
      assert.deepStrictEqual(regions(yield* of.where({ region: { missing: true } }).rows), [undefined])
      const large = of.where({ total: { from: BigDecimal.fromStringUnsafe("10.0") }, week: { to: "2026-11-22" } })
      assert.deepStrictEqual(regions(yield* large.rows), ["it's South"])
      assert.strictEqual((yield* of.where({ receipts: { in: [] } }).rows).length, 0)
      assert.deepStrictEqual(regions(yield* of.where({ region: { not: "North" } }).orderBy("total").rows), [
        undefined,
        "it's South",
      ])
      assert.deepStrictEqual(regions(yield* of.where({ region: { notIn: ["North", "it's South"] } }).rows), [undefined])
      assert.strictEqual((yield* of.where({ region: { notIn: [] } }).rows).length, 3)
      assert.strictEqual((yield* Stream.runCollect(of.orderBy("total").limit(2).stream)).length, 2)
      for (const rows of [-1, 1.5, Number.NaN])
        assert.match((yield* Effect.flip(of.limit(rows).rows)).message, /no whole number of 0 or more/)
      // @ts-expect-error there is no such column
      of.where({ store_id: 1n })
      // @ts-expect-error a whole number is no text
      of.where({ receipts: "2" })
      // @ts-expect-error nor can it be ordered by another's column
      of.orderBy("date")
      // @ts-expect-error no table stores a ratio
      const error = yield* Effect.flip(of.orderBy("per_receipt").rows)
      assert.match(error.message, /^takings_per_week stores no per_receipt/)
      // @ts-expect-error nor is it a condition's column
      assert.strictEqual((yield* Effect.flip(of.where({ per_receipt: { missing: true } }).rows))._tag, "WrongStatement")
    }),
  )

  it.effect("is decoded from the JSON of the command line, and encoded to the very same", () =>
    Effect.gen(function* () {
      const tables = [{ name: "takings_per_week", path: "kpi/takings_per_week" }]
      const asked = yield* query(yield* Lake, { tables, sql: "FROM takings_per_week ORDER BY total" })
      const { batches, columns } = withRatioColumns(asked, takings.ratios)
      const lines = (yield* Stream.runCollect(batches))
        .flat()
        .map((cells) => Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? null])))
      const lineOf = Schema.Array(kpiJson(takings))
      const rows = yield* Schema.decodeUnknownEffect(lineOf)(JSON.parse(JSON.stringify(lines)))
      assert.deepStrictEqual(
        rows.map(({ units_total, per_receipt }) => [units_total, text(per_receipt)]),
        [
          [2n, "-0.03"],
          [3n, "3.33"],
          [9223372036854775808000n, undefined],
        ],
      )
      assert.strictEqual(JSON.stringify(yield* Schema.encodeEffect(lineOf)(rows)), JSON.stringify(lines))
      for (const wrong of [{ total: "x" }, { total: 1.5 }, { receipts: 1.5 }, { receipts: "1e3" }, { week: "today" }]) {
        const error = yield* Effect.flip(Schema.decodeUnknownEffect(lineOf)([{ ...lines[0], ...wrong }]))
        assert.include(error.message, Object.keys(wrong).join())
      }
    }).pipe(Effect.scoped),
  )

  it.effect("gives each of several questions at once all its rows", () =>
    Effect.gen(function* () {
      const many = query(yield* Lake, { tables: [], sql: "SELECT range AS n FROM range(10000)" }).pipe(
        Effect.map(({ batches }) => Stream.flatMap(batches, Stream.fromIterable)),
        Stream.unwrap,
      )
      const both = yield* Stream.zip(many, many).pipe(Stream.runCollect)
      assert.strictEqual(both.length, 10_000)
      const asked = Array.from({ length: 8 }, () => lake.kpi(rowsPerDay).rows)
      const rows = yield* Effect.all(asked, { concurrency: "unbounded" })
      assert.deepStrictEqual(
        rows.map(({ length }) => length),
        asked.map(() => 36),
      )
    }),
  )
})
