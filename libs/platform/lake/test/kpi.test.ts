/** Typed reading of KPI tables that delta-rs has written. */
import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { dataset, Decimal, Integer, kpi, Text } from "@pos/contract"
import { BigDecimal, Effect, Layer, Schema, Stream } from "effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { kpiRowFromJson, Lake, queryAll, readKpi, readStored } from "../src/index.ts"

const root = join(import.meta.dirname, "../../../..")

const Line = Schema.Struct({
  store_id: Integer,
  receipt: Schema.optionalKey(Text),
  amount: Decimal(18, 4),
  units: Integer,
})
const Place = Schema.Struct({ store: Integer, region: Text })
const places = dataset({
  kind: "reference",
  name: "places",
  version: "1.0.0",
  description: "",
  table: "places",
  row: Place,
  key: ["store"],
  delivers: "wholeList",
  policies: {
    fileTolerance: 0,
    unexpectedColumn: "warning",
    largestFile: { plain: 1, gzip: 1, decompressed: 1, rows: 1, columns: 1 },
  },
  rules: [],
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

const lake = Layer.unwrap(
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "lake-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true })),
    )
    const python = join(root, ".venv/glue-spark/bin/python")
    execFileSync(python, [join(import.meta.dirname, "delta_fixture.py"), folder])
    return Lake.layer({ uri: folder }, { extensions: join(root, ".venv/duckdb-extensions") })
  }),
).pipe(Layer.provideMerge(NodeServices.layer))

const text = (value: BigDecimal.BigDecimal | undefined) => (value === undefined ? undefined : BigDecimal.format(value))

const regions = (rows: ReadonlyArray<{ readonly region?: string }>) => rows.map(({ region }) => region)

layer(lake, { timeout: "60 seconds" })("a stored table", (it) => {
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

layer(lake, { timeout: "60 seconds" })("a KPI table", (it) => {
  it.effect("gives typed rows, with ratios divided and missing values left out", () =>
    Effect.gen(function* () {
      const rows = yield* readKpi(takings).orderBy("week", "descending").orderBy("receipts", "descending").rows
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
      const of = readKpi(takings)
      assert.deepStrictEqual(regions(yield* of.where({ region: "it's South" }).rows), ["it's South"])
      assert.deepStrictEqual(regions(yield* of.where({ region: { missing: true } }).rows), [undefined])
      const large = of.where({ total: { from: BigDecimal.fromStringUnsafe("10.0") }, week: { to: "2026-11-22" } })
      assert.deepStrictEqual(regions(yield* large.rows), ["it's South"])
      assert.strictEqual((yield* of.where({ receipts: { in: [] } }).rows).length, 0)
      assert.strictEqual((yield* Stream.runCollect(of.orderBy("total").limit(2).stream)).length, 2)
      // @ts-expect-error there is no such column
      of.where({ store_id: 1n })
      // @ts-expect-error a whole number is no text
      of.where({ receipts: "2" })
      // @ts-expect-error nor can it be ordered by another's column
      of.orderBy("date")
      const error = yield* Effect.flip(of.orderBy("per_receipt").rows)
      assert.match(error.message, /^per_receipt is a ratio, which no table stores/)
    }),
  )

  it.effect("is decoded from the JSON of the command line", () =>
    Effect.gen(function* () {
      const tables = [{ name: "takings_per_week", path: "kpi/takings_per_week" }]
      const lines = yield* queryAll(yield* Lake, { tables, sql: "FROM takings_per_week ORDER BY total" })
      const rows = yield* Effect.forEach(JSON.parse(JSON.stringify(lines)) as typeof lines, kpiRowFromJson(takings))
      assert.deepStrictEqual(
        rows.map(({ units_total, per_receipt }) => [units_total, text(per_receipt)]),
        [
          [2n, "-0.03"],
          [3n, "3.33"],
          [9223372036854775808000n, undefined],
        ],
      )
      const error = yield* Effect.flip(kpiRowFromJson(takings)({ week: "2026-11-23", total: "x" }))
      assert.match(error.message, /^The rows of takings_per_week are others than its contract says/)
    }),
  )

  it.effect("whose log has a checkpoint loses no row to a filter of its partitions", () =>
    Effect.gen(function* () {
      const tables = [{ name: "rows_per_day", path: "kpi/rows_per_day" }]
      // 12 days, each with three rows; the checkpoint is after the ninth.
      for (const [filter, days] of [
        ["date = DATE '2026-01-05'", 1],
        ["date <> DATE '2026-01-05'", 11],
        ["date IN (DATE '2026-01-05', DATE '2026-01-11', DATE '2027-01-01')", 2],
        ["date NOT IN (DATE '2026-01-05', DATE '2026-01-11')", 10],
        ["date BETWEEN DATE '2026-01-08' AND DATE '2026-01-11'", 4],
        ["date >= DATE '2026-01-08' AND date < DATE '2026-01-11'", 3],
        ["date IS NULL", 0],
        ["date IS NOT NULL", 12],
        ["date = DATE '2026-01-05' OR date > DATE '2026-01-10'", 3],
        ["date = (SELECT max(date) FROM rows_per_day)", 1],
        ["date IN (SELECT date FROM rows_per_day WHERE rows % 5 = 0)", 3],
      ] as const) {
        const [found] = yield* queryAll(yield* Lake, {
          tables,
          sql: `SELECT count(*) AS n FROM rows_per_day WHERE ${filter}`,
        })
        assert.strictEqual(found?.["n"], 3 * days, filter)
      }
      const typed = yield* readKpi(rowsPerDay).where({ date: { from: "2026-01-08", to: "2026-01-11" }, store_id: 2n })
        .rows
      assert.deepStrictEqual(typed.map(({ rows }) => rows).toSorted(), [10n, 7n, 8n, 9n])
    }),
  )
})
