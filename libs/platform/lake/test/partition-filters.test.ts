/**
 * Filters of partition columns over a table whose log has checkpoints: earlier versions of DuckDB's extension lost rows there.
 * What must be found is counted in JavaScript, over the rows as delta-rs reads them without a filter.
 */
import { assert, layer } from "@effect/vitest"
import { Integer, kpi, Text } from "@pos/contract"
import { Effect, Schema } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Lake, lake, queryAll } from "../src/index.ts"
import { lakeOf } from "./opened.ts"

interface Held {
  readonly date: string | null
  readonly region: string | null
  readonly rows: number
}

const held = Effect.map(
  Lake,
  ({ location }) => JSON.parse(readFileSync(join(location.uri, "held.json"), "utf8")) as ReadonlyArray<Held>,
)

/** SQL's comparison with what has no value is not true. */
const given = (test: (value: string) => boolean) => (value: string | null) => value !== null && test(value)
const day = (test: (value: string) => boolean) => (row: Held) => given(test)(row.date)
const region = (test: (value: string) => boolean) => (row: Held) => given(test)(row.region)

const FILTERS: ReadonlyArray<readonly [sql: string, meets: (row: Held, all: ReadonlyArray<Held>) => boolean]> = [
  ["TRUE", () => true],
  ["date = DATE '2026-01-02'", day((date) => date === "2026-01-02")],
  ["date = DATE '2026-01-12'", day((date) => date === "2026-01-12")],
  ["date <> DATE '2026-01-02'", day((date) => date !== "2026-01-02")],
  ["NOT date = DATE '2026-01-13'", day((date) => date !== "2026-01-13")],
  ["date IS DISTINCT FROM DATE '2026-01-02'", (row) => row.date !== "2026-01-02"],
  [
    "date IN (DATE '2026-01-02', DATE '2026-01-12', DATE '2027-01-01')",
    day((date) => ["2026-01-02", "2026-01-12"].includes(date)),
  ],
  ["date NOT IN (DATE '2026-01-02', DATE '2026-01-12')", day((date) => !["2026-01-02", "2026-01-12"].includes(date))],
  ["date BETWEEN DATE '2026-01-07' AND DATE '2026-01-12'", day((date) => date >= "2026-01-07" && date <= "2026-01-12")],
  [
    "date NOT BETWEEN DATE '2026-01-07' AND DATE '2026-01-12'",
    day((date) => date < "2026-01-07" || date > "2026-01-12"),
  ],
  [
    "date > DATE '2026-01-03' AND date <= DATE '2026-01-11'",
    day((date) => date > "2026-01-03" && date <= "2026-01-11"),
  ],
  ["date IS NULL", (row) => row.date === null],
  ["date IS NOT NULL", (row) => row.date !== null],
  ["date = DATE '2026-01-02' OR date > DATE '2026-01-11'", day((date) => date === "2026-01-02" || date > "2026-01-11")],
  ["date = DATE '2026-01-02' OR date IS NULL", (row) => row.date === "2026-01-02" || row.date === null],
  ["date = DATE '2026-01-02' OR rows > 40", (row) => row.date === "2026-01-02" || row.rows > 40],
  ["coalesce(date, DATE '2026-01-02') = DATE '2026-01-02'", (row) => (row.date ?? "2026-01-02") === "2026-01-02"],
  ["region = 'it''s South'", region((name) => name === "it's South")],
  ["region = 'a=b/c d%20'", region((name) => name === "a=b/c d%20")],
  ["region <> 'North'", region((name) => name !== "North")],
  ["region IN ('North', 'a=b/c d%20', 'nowhere')", region((name) => ["North", "a=b/c d%20"].includes(name))],
  ["region LIKE '%South'", region((name) => name.endsWith("South"))],
  ["region IS NULL", (row) => row.region === null],
  ["region = 'North' AND date = DATE '2026-01-02'", (row) => row.region === "North" && row.date === "2026-01-02"],
  [
    "(region = 'North' AND date < DATE '2026-01-09') OR (region IS NULL AND date >= DATE '2026-01-09')",
    (row) =>
      row.date !== null &&
      ((row.region === "North" && row.date < "2026-01-09") || (row.region === null && row.date >= "2026-01-09")),
  ],
  [
    "date = (SELECT max(date) FROM rows_per_day)",
    (row, all) =>
      row.date ===
      all
        .map(({ date }) => date ?? "")
        .toSorted()
        .at(-1),
  ],
  [
    "date IN (SELECT date FROM rows_per_day WHERE rows % 9 = 0)",
    (row, all) => row.date !== null && all.some((other) => other.date === row.date && other.rows % 9 === 0),
  ],
  [
    "date NOT IN (SELECT date FROM rows_per_day WHERE rows % 9 = 0 AND date IS NOT NULL)",
    (row, all) => row.date !== null && !all.some((other) => other.date === row.date && other.rows % 9 === 0),
  ],
  [
    "EXISTS (SELECT 1 FROM rows_per_day AS other WHERE other.date = r.date AND other.rows = r.rows + 1)",
    (row, all) => all.some((other) => row.date !== null && other.date === row.date && other.rows === row.rows + 1),
  ],
]

const rowsPerDay = kpi(Schema.Struct({ region: Schema.optionalKey(Text), store_id: Integer }), {
  name: "rows_per_day",
  description: "Rows.",
  by: ["region"],
  measures: (_line, { count }) => ({ rows: count() }),
})

layer(lakeOf("partitions_fixture.py"), { timeout: "60 seconds" })("a table whose log has checkpoints", (it) => {
  it.effect.each(FILTERS)("loses no row to: %s", ([filter, meets]) =>
    Effect.gen(function* () {
      const all = yield* held
      assert.lengthOf(all, 55)
      const found = yield* queryAll(yield* Lake, {
        tables: [{ name: "rows_per_day", path: "kpi/rows_per_day" }],
        sql: `SELECT rows FROM rows_per_day AS r WHERE ${filter} ORDER BY rows`,
      })
      assert.deepStrictEqual(
        found.map(({ rows }) => rows),
        all
          .filter((row) => meets(row, all))
          .map(({ rows }) => rows)
          .toSorted((a, b) => a - b),
      )
    }),
  )

  it.effect("nor to the conditions of a typed question", () =>
    Effect.gen(function* () {
      const all = (yield* held).filter(({ date }) => date !== null)
      const dated = lake.kpi(rowsPerDay).where({ date: { missing: false } })
      const compare = Effect.fnUntraced(function* (of: typeof dated, meets: (row: Held) => boolean) {
        assert.deepStrictEqual(
          (yield* of.orderBy("rows").rows).map(({ rows }) => Number(rows)),
          all
            .filter(meets)
            .map(({ rows }) => rows)
            .toSorted((a, b) => a - b),
        )
      })
      yield* compare(dated, () => true)
      yield* compare(dated.where({ date: "2026-01-12" }), ({ date }) => date === "2026-01-12")
      yield* compare(dated.where({ date: { not: "2026-01-12" } }), ({ date }) => date !== "2026-01-12")
      yield* compare(dated.where({ region: { not: "North" } }), (row) => row.region !== "North")
      yield* compare(dated.where({ region: { missing: true } }), (row) => row.region === null)
      yield* compare(
        dated.where({ region: { in: ["it's South", "a=b/c d%20"] }, date: { from: "2026-01-03", to: "2026-01-11" } }),
        (row) =>
          ["it's South", "a=b/c d%20"].includes(row.region ?? "") &&
          day((date) => date >= "2026-01-03" && date <= "2026-01-11")(row),
      )
      yield* compare(
        dated.where({ date: { notIn: ["2026-01-01", "2026-01-13"] } }),
        ({ date }) => date !== "2026-01-01" && date !== "2026-01-13",
      )
    }),
  )
})
