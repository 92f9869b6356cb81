/** Typed reading of curated tables that delta-rs has written. */
import { assert, layer } from "@effect/vitest"
import { atLeast, dataset, Decimal, EpochSeconds, Flag, Integer, Text } from "@pos/contract"
import { BigDecimal, Effect, Schema } from "effect"
import { lake } from "../src/index.ts"
import { lakeOf } from "./opened.ts"
import { places, policies } from "./places.ts"

const Till = Schema.Struct({
  id: Text.annotate({ invisible: "allowed" }),
  count: Integer,
  price: Schema.optionalKey(Decimal(18, 4)),
  open: Schema.optionalKey(Flag),
  rung_at: EpochSeconds,
  /** The table was written before it came. */
  note: Schema.optionalKey(Text),
})
const definition = {
  kind: "facts",
  name: "tills",
  version: "1.0.0",
  description: "",
  table: "tills",
  key: ["id"],
  eventTime: { column: "rung_at", storedAs: "event_time" },
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  policies: { ...policies, acrossFiles: "keepFirst" },
  rules: [],
} as const
const tills = dataset({ ...definition, row: Till })

/** Whose count may not be negative, as one in the table is. */
const positive = (personal: true | undefined) =>
  dataset({
    ...definition,
    row: Schema.Struct({ ...Till.fields, count: Integer.check(atLeast(0n)).annotate(personal ? { personal } : {}) }),
  })

const ids = (rows: ReadonlyArray<{ readonly id: string }>) => rows.map(({ id }) => id)

layer(lakeOf("delta_fixture.py"), { timeout: "60 seconds" })("a curated table", (it) => {
  it.effect("gives the rows of its Schema, under the Schema's names, with the business date beside them", () =>
    Effect.gen(function* () {
      const rows = yield* lake.table(tills).orderBy("count", "descending").rows
      const shown = rows.map(({ price, ...row }) => ({
        ...row,
        ...(price && { price: BigDecimal.format(price) }),
      }))
      assert.deepStrictEqual(shown, [
        { id: "it's ?", count: 9223372036854775807n, price: "-0.0001", rung_at: 1767312000, date: "2026-01-02" },
        { id: "a", count: 1n, price: "1.5", open: true, rung_at: 1767243967.000008, date: "2026-01-01" },
        { id: "b", count: -2n, open: false, rung_at: -0.000001, date: "1969-12-31" },
      ])
    }),
  )

  it.effect("is filtered by any of its columns, to the microsecond and the last digit", () =>
    Effect.gen(function* () {
      const of = lake.table(tills)
      assert.deepStrictEqual(ids(yield* of.where({ rung_at: 1767243967.000008 }).rows), ["a"])
      assert.deepStrictEqual(ids(yield* of.where({ rung_at: { from: 0, to: 1767243967.000007 } }).rows), [])
      assert.deepStrictEqual(ids(yield* of.where({ count: 9223372036854775807n }).rows), ["it's ?"])
      assert.deepStrictEqual(ids(yield* of.where({ price: BigDecimal.fromStringUnsafe("-0.0001") }).rows), ["it's ?"])
      assert.deepStrictEqual(ids(yield* of.where({ open: false }).rows), ["b"])
      assert.deepStrictEqual(ids(yield* of.where({ date: { not: "2026-01-01" } }).orderBy("id").rows), ["b", "it's ?"])
      // @ts-expect-error the table's name of the column is no name of the row's
      assert.match((yield* Effect.flip(of.where({ event_time: 1 }).rows)).message, /^tills stores no event_time/)
      // @ts-expect-error a text is no moment
      of.where({ rung_at: "2026-01-01" })
    }),
  )

  it.effect("takes values and names for what they are, whatever they look like", () =>
    Effect.gen(function* () {
      const hostile = ["it's ?", "' OR TRUE --", "?", "'; COPY (SELECT 1) TO 'x.csv'; --", "\u0000", '"']
      const found = yield* lake.table(tills).where({ id: { in: hostile } }).rows
      assert.deepStrictEqual(ids(found), ["it's ?"])
      const named = yield* Effect.flip(lake.table(tills).where({ [`id" = 'a' OR "id`]: "a" } as never).rows)
      assert.match(named.message, /^tills stores no id" = 'a' OR "id/)
    }),
  )

  it.effect("lacks what came into the contract after it was written: rows without a value", () =>
    Effect.gen(function* () {
      const of = lake.table(tills)
      assert.lengthOf(yield* of.where({ note: { missing: true } }).orderBy("note").rows, 3)
      assert.lengthOf(yield* of.where({ note: "x" }).rows, 0)
      assert.notProperty((yield* of.rows)[0], "note")
    }),
  )

  it.effect("of reference data has no business date", () =>
    Effect.gen(function* () {
      const rows = yield* lake.table(places).where({ region: "South" }).rows
      assert.deepStrictEqual(rows, [{ store: 2n, region: "South" }])
      // @ts-expect-error there is no business date
      lake.table(places).orderBy("date")
    }),
  )

  it.effect("with a row that the contract refuses is told in one sentence, without what is personal", () =>
    Effect.gen(function* () {
      const told = yield* Effect.flip(lake.table(positive(undefined)).rows)
      assert.match(
        told.message,
        /^A row of tills is another than its contract says: Expected 0 or more.* at \["count"\]/,
      )
      assert.notInclude(told.message, "\n")
      const silent = yield* Effect.flip(lake.table(positive(true)).rows)
      assert.strictEqual(silent.message, "A row of tills is another than its contract says.")
      assert.notProperty(silent, "cause")
    }),
  )

  it.effect("that is not there yet has no rows to give, and says how they come", () =>
    Effect.gen(function* () {
      const absent = dataset({ ...definition, table: "nothing_yet", row: Till })
      const { message } = yield* Effect.flip(lake.table(absent).rows)
      assert.strictEqual(message, "There is no data in nothing_yet yet.")
    }),
  )
})
