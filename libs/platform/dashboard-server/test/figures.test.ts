import { assert, layer } from "@effect/vitest"
import { fieldsOf } from "@pos/contract"
import { kpiOf } from "@pos/lake/testing"
import { BigDecimal, Effect, Layer } from "effect"
import { kpiDay } from "../src/figures/day.ts"
import { comparedWith, lastDay, periodsBetween } from "../src/figures/periods.ts"
import { kpiRows } from "../src/figures/rows.ts"
import { kpiSeries } from "../src/figures/series.ts"
import { asked, deploymentOf } from "./deployment.ts"
import { perShop, Shop } from "./shop.ts"

const amount = BigDecimal.fromStringUnsafe
const row = (date: string, shop: bigint, earned: string, visits: bigint, guests: bigint, largest: string) => ({
  date,
  shop,
  earned: amount(earned),
  visits,
  guests,
  largest: amount(largest),
})

const shopsOf = (rows: ReadonlyArray<readonly [shop: number, called: string, town: string]>) => ({
  path: "curated/shops",
  fields: fieldsOf(Shop),
  partition: "town",
  lines: Effect.succeed(rows.map(([shop, called, town]) => ({ shop, called, town }))),
})

const figures = kpiOf(perShop, [
  row("2026-01-10", 1n, "10.50", 3n, 2n, "6.00"),
  row("2026-01-10", 2n, "0.10", 1n, 1n, "0.10"),
  row("2026-01-10", 30n, "99999999999999.99", 2n, 2n, "5.25"),
  row("2026-01-09", 1n, "20.00", 4n, 4n, "9.00"),
  row("2026-01-09", 4n, "7.00", 1n, 1n, "7.00"),
  row("2026-01-03", 2n, "5.00", 1n, 1n, "5.00"),
  row("2025-01-11", 5n, "1.00", 1n, 1n, "1.00"),
])

layer(
  deploymentOf([
    figures,
    shopsOf([
      [1, "Old 100 % shop", "Köln"],
      [2, "New shop", "Bonn"],
      [4, "Corner", "Bonn"],
    ]),
  ]),
)("figures of a KPI with names", (it) => {
  it.effect("of a date stand beside those of the day before, the last week and the last year", () =>
    Effect.gen(function* () {
      const day = yield* kpiDay(...(yield* asked), "2026-01-10")
      assert.deepStrictEqual(day.totals, {
        rows: 3,
        values: {
          earned: "100000000000010.59",
          visits: 6,
          guests: null,
          largest: "6.00",
          per_visit: "16666666666668.43",
        },
      })
      assert.deepStrictEqual(
        day.compared.map(({ against, period, totals }) => [against, period, totals?.values["earned"]]),
        [
          ["before", "2026-01-09", "27.00"],
          ["week", "2026-01-03", "5.00"],
          ["year", "2025-01-11", "1.00"],
        ],
      )
    }),
  )

  it.effect("of one row keep what can't be added up", () =>
    Effect.gen(function* () {
      const day = yield* kpiDay(...(yield* asked), "2026-01-03")
      assert.strictEqual(day.totals?.values["guests"], 1)
    }),
  )

  it.effect("come by row, with names, and with what sold before and does not today", () =>
    Effect.gen(function* () {
      const { rows, total } = yield* kpiRows(...(yield* asked), { date: "2026-01-10" })
      assert.strictEqual(total, 4)
      assert.deepStrictEqual(
        rows.map(({ before, key, label, values, week }) => [
          key["shop"],
          label,
          values["earned"],
          before?.["earned"],
          week?.["earned"],
        ]),
        [
          [30, undefined, "99999999999999.99", undefined, undefined],
          [1, "Old 100 % shop", "10.50", "20.00", undefined],
          [2, "New shop", "0.10", undefined, "5.00"],
          [4, "Corner", null, "7.00", undefined],
        ],
      )
    }),
  )

  it.effect("are searched by key and by name, and a sign of SQL's patterns is a character", () =>
    Effect.gen(function* () {
      const [source, kpi] = yield* asked
      const found = (search: string) =>
        Effect.map(kpiRows(source, kpi, { date: "2026-01-10", search }), ({ rows }) =>
          rows.map(({ key }) => key["shop"]),
        )
      assert.deepStrictEqual(yield* found("shop"), [1, 2])
      assert.deepStrictEqual(yield* found("100 %"), [1])
      assert.deepStrictEqual(yield* found("%"), [1])
      assert.deepStrictEqual(yield* found("_"), [])
      assert.deepStrictEqual(yield* found("3"), [30])
      assert.deepStrictEqual(yield* found("' OR 1=1 --"), [])
    }),
  )

  it.effect("are ordered by a measure, a ratio, a name or the change, and cut", () =>
    Effect.gen(function* () {
      const [source, kpi] = yield* asked
      const first = (order: string, direction: "ascending" | "descending") =>
        Effect.map(kpiRows(source, kpi, { date: "2026-01-10", order, direction, limit: 1 }), ({ rows, total }) => [
          rows[0]?.key["shop"],
          total,
        ])
      assert.deepStrictEqual(yield* first("change", "ascending"), [1, 4])
      assert.deepStrictEqual(yield* first("per_visit", "ascending"), [2, 4])
      assert.deepStrictEqual(yield* first("label", "ascending"), [4, 4])
      assert.deepStrictEqual(yield* first("shop", "descending"), [30, 4])
      const { rows } = yield* kpiRows(source, kpi, {
        date: "2026-01-10",
        order: "shop",
        direction: "ascending",
        offset: 1,
        limit: 2,
      })
      assert.deepStrictEqual(
        rows.map(({ key }) => key["shop"]),
        [2, 4],
      )
      const error = yield* Effect.flip(kpiRows(source, kpi, { date: "2026-01-10", order: "x; DROP" }))
      assert.match(error.problem, /can't be ordered by x; DROP/)
    }),
  )

  it.effect("are grouped by what reference data say", () =>
    Effect.gen(function* () {
      const [source, kpi] = yield* asked
      const { rows } = yield* kpiRows(source, kpi, {
        date: "2026-01-10",
        group: "town",
        order: "town",
        direction: "ascending",
      })
      assert.deepStrictEqual(
        rows.map(({ before, key, values }) => [key["town"], values["earned"], values["visits"], before?.["earned"]]),
        [
          ["Bonn", "0.10", 1, "7.00"],
          ["Köln", "10.50", 3, "20.00"],
          [null, "99999999999999.99", 2, undefined],
        ],
      )
      const error = yield* Effect.flip(kpiRows(source, kpi, { date: "2026-01-10", group: "called" }))
      assert.strictEqual(error.remedy, "Groups: town.")
    }),
  )

  it.effect("over time have a place for each period, with or without figures", () =>
    Effect.gen(function* () {
      const [source, kpi] = yield* asked
      const all = yield* kpiSeries(source, kpi, { from: "2026-01-08", to: "2026-01-10" })
      assert.deepStrictEqual(all.periods, ["2026-01-08", "2026-01-09", "2026-01-10"])
      assert.deepStrictEqual(all.values["visits"], [null, 5, 6])
      const one = yield* kpiSeries(source, kpi, { from: "2026-01-09", to: "2026-01-10", where: '{"shop":1}' })
      assert.deepStrictEqual(one.values["earned"], ["20.00", "10.50"])
      assert.deepStrictEqual(one.values["guests"], [4, 2])
      const wrong = yield* Effect.flip(
        kpiSeries(source, kpi, { from: "2026-01-09", to: "2026-01-10", where: '{"till":1}' }),
      )
      assert.strictEqual(wrong.remedy, "It has: shop.")
      const long = yield* Effect.flip(kpiSeries(source, kpi, { from: "1900-01-09", to: "2026-01-10" }))
      assert.match(long.problem, /is no time that can be shown/)
    }),
  )
})

layer(deploymentOf([figures]))("figures of a KPI without names", (it) => {
  it.effect("are shown by key, and say why they can't be grouped", () =>
    Effect.gen(function* () {
      const [source, kpi] = yield* asked
      const { rows } = yield* kpiRows(source, kpi, { date: "2026-01-10" })
      assert.isTrue(rows.every(({ label }) => label === undefined))
      const error = yield* Effect.flip(kpiRows(source, kpi, { date: "2026-01-10", group: "town" }))
      assert.strictEqual(error.remedy, "There is no data in shops yet: send a file of it.")
    }),
  )
})

layer(deploymentOf([]))("before the first load", (it) => {
  it.effect("there are no figures, and no error", () =>
    Effect.gen(function* () {
      const [source, kpi] = yield* asked
      assert.isNull((yield* kpiDay(source, kpi, "2026-01-10")).totals)
      assert.deepStrictEqual(yield* kpiRows(source, kpi, { date: "2026-01-10" }), { total: 0, rows: [] })
      assert.deepStrictEqual(
        (yield* kpiSeries(source, kpi, { from: "2026-01-10", to: "2026-01-10" })).values["earned"],
        [null],
      )
    }),
  )
})

layer(Layer.empty)("periods", (it) => {
  it.effect("are compared with those of the same kind", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(
        comparedWith("month", "2026-03-01").map(({ period }) => period),
        ["2026-02-01", "2025-03-01"],
      )
      assert.deepStrictEqual(
        comparedWith("week", "2026-03-02").map(({ period }) => period),
        ["2026-02-23", "2025-03-03"],
      )
      assert.strictEqual(lastDay("month", "2024-02-01"), "2024-02-29")
      assert.strictEqual(lastDay("week", "2026-03-02"), "2026-03-08")
      assert.strictEqual(lastDay("month", "9999-12-01"), "9999-12-31")
      assert.deepStrictEqual(periodsBetween("day", "9999-12-30", "9999-12-31"), ["9999-12-30", "9999-12-31"])
    }),
  )
})
