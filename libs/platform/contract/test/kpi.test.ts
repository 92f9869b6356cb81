/** What a KPI means: its periods, groups and ratios, and what is no KPI. */
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, BigDecimal, Equal, Schema } from "effect"
import {
  computeKpi,
  dataset,
  Decimal,
  divide,
  EpochSeconds,
  Expr,
  Integer,
  kpi,
  noInvisibleCharacters,
  periodOf,
  Text,
  withRatios,
} from "../src/index.ts"
import { refusal } from "./receipt.ts"

const Line = Schema.Struct({
  store: Integer,
  member: Schema.optionalKey(Integer),
  currency: Schema.optionalKey(Text),
  price: Decimal(18, 2).annotate({ currency: "currency" }),
  units: Integer.check(Schema.isBetweenBigInt({ minimum: -1000n, maximum: 1000n })),
  at: EpochSeconds,
})
const Place = Schema.Struct({ store: Integer, region: Text.annotate({ description: "Region" }) })
const largestFile = { plain: 1, gzip: 1, decompressed: 1, rows: 1, columns: 9 }
const policies = { fileTolerance: 0, unexpectedColumn: "warning", largestFile } as const
const stated = {
  kind: "reference",
  version: "1.0.0",
  description: "Places",
  delivers: "wholeList",
  policies,
  rules: [],
} as const
const places = dataset({ ...stated, name: "places", table: "places", row: Place, key: ["store"] })
const words = { name: "figures", description: "Figures." }
const decimal = BigDecimal.fromStringUnsafe

describe("the period of a date", () => {
  it("is an ISO week from a Monday, whatever the year and the month", () => {
    for (const [date, week] of [
      ["2026-11-29", "2026-11-23"],
      ["2026-11-30", "2026-11-30"],
      ["2025-12-31", "2025-12-29"],
      ["2024-03-01", "2024-02-26"],
      ["1900-01-01", "1900-01-01"],
    ] as const)
      assert.strictEqual(periodOf("week", date), week)
  })
  it("is a month from its first day", () => assert.strictEqual(periodOf("month", "2024-02-29"), "2024-02-01"))
})

describe("a ratio", () => {
  it.prop(
    "is the exact quotient, rounded once, a half away from zero",
    [
      Arbitrary.schema(Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: -(10n ** 30n), maximum: 10n ** 30n }))),
      Arbitrary.schema(Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: -(10n ** 12n), maximum: 10n ** 12n }))),
      Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 }))),
    ],
    ([of, per, digits]) => {
      const value = divide(BigDecimal.make(of, 4), per, digits)
      if (per === 0n) return assert.isUndefined(value)
      // |of / per - value| ≤ half a unit of the last digit; at exactly half of one, |value| is the larger.
      const unit = 10n ** BigInt(digits)
      const error = of * unit - (value?.value ?? 0n) * per * 10_000n
      const half = per * 10_000n
      const [twice, limit] = [2n * (error < 0n ? -error : error), half < 0n ? -half : half]
      assert.isTrue(twice <= limit)
      if (twice === limit) assert.isTrue(error < 0n === of < 0n ? error === 0n || (value?.value ?? 0n) === 0n : true)
    },
  )
  it("of halves", () => {
    for (const [of, per, digits, value] of [
      ["0.05", "2", 2, "0.03"],
      ["-0.05", "2", 2, "-0.03"],
      ["0.05", "-2", 2, "-0.03"],
      ["10", "3", 0, "3"],
      ["1", "0.03", 1, "33.3"],
    ] as const)
      assert.isTrue(Equal.equals(divide(decimal(of), decimal(per), digits), decimal(value)))
  })
  it("is missing where it is divided by zero", () => {
    const ratios = [{ name: "each", of: "total", per: "count", digits: 2, description: "" }]
    assert.notProperty(withRatios(ratios, { total: 5n, count: 0n }), "each")
    assert.property(withRatios(ratios, { total: 5n, count: 2n }), "each")
  })
})

/** What a KPI with these groups is refused for. */
const refusedBy = (
  groups: Parameters<
    typeof kpi<typeof Line, {}, "day", never, Record<string, Expr.Expr<bigint | string | undefined>>>
  >[1]["by"],
) => refusal(() => kpi(Line, { ...words, by: groups, measures: (_line, { count }) => ({ rows: count() }) }))

describe("a KPI", () => {
  const perWeek = kpi(Line, {
    ...words,
    grain: "week",
    by: (line, { describe: say, localHour, lookup }) => ({
      region: lookup(places, { store: line.store }).region,
      hour: localHour(line.at),
      currency: line.currency,
      large: say(Expr.gt(line.units, 10), "More than ten units"),
    }),
    measures: (line, { count, countDistinct, sum }) => ({
      total: sum(line.price),
      rows: count(),
      members: countDistinct(line.member),
    }),
    ratios: { average: { of: "total", per: "rows", digits: 2, description: "Average" } },
  })
  type Row = typeof perWeek.output.Type

  it("says what its rows are made of", () => {
    const row: Row = { week: "2026-11-23", hour: 5n, large: false, total: decimal("1"), rows: 2n, members: 0n }
    const named: Row = { ...row, region: "North", currency: "EUR", average: decimal("0.5") }
    assert.isTrue(Schema.is(perWeek.output)(row))
    assert.isTrue(Schema.is(perWeek.output)(named))
    // @ts-expect-error the period is a week
    assert.isUndefined(named.date)
    assert.deepStrictEqual(
      perWeek.lookups.map(({ table, attributes }) => [table, attributes]),
      [["places", ["region"]]],
    )
    assert.notProperty(perWeek.stored.fields, "average")
  })

  it("puts rows without a value into a group of their own", () => {
    const line = { store: 1n, units: 1n, price: decimal("1.25"), at: 1_767_225_600 }
    const rows = [line, { ...line, store: 2n }, { ...line, member: 4n }, { ...line, currency: "EUR", member: 4n }]
    const found = computeKpi(perWeek, {
      rows: rows.map((row) => ({ date: "2026-01-01", row })),
      references: { places: [{ store: 1n, region: "North" }] },
      timeZone: "Europe/Berlin",
    })
    const text = found.map((row) =>
      [row["week"], row["region"], row["hour"], row["currency"], row["rows"], row["members"]].join(" "),
    )
    assert.deepStrictEqual(text.toSorted(), [
      "2025-12-29  1  1 0",
      "2025-12-29 North 1  2 1",
      "2025-12-29 North 1 EUR 1 1",
    ])
  })

  it("never puts amounts of two currencies together", () => {
    assert.strictEqual(
      refusal(() => kpi(Line, { ...words, by: ["store"], measures: (line, { sum }) => ({ total: sum(line.price) }) })),
      "figures: total puts amounts of different currencies together: add currency to `by`",
    )
    kpi(Line, { ...words, by: ["store", "currency"], measures: (line, { sum }) => ({ total: sum(line.price) }) })
    // How often something happened is no amount.
    kpi(Line, { ...words, by: [], measures: (line, { countWhere }) => ({ n: countWhere(Expr.lt(line.price, 0)) }) })
    const Two = Schema.Struct({ ...Line.fields, other: Text, fee: Decimal(18, 2).annotate({ currency: "other" }) })
    assert.strictEqual(
      refusal(() =>
        kpi(Two, {
          ...words,
          by: ["currency", "other"],
          measures: (line, { sum }) => ({ total: sum(Expr.add(line.price, line.fee)) }),
        }),
      ),
      "figures: total mixes amounts in the currencies of currency and other",
    )
  })

  it("of what makes no sense is refused", () => {
    assert.strictEqual(
      refusedBy((_line, { lookup }) => ({ region: lookup(places, {}).region })),
      "figures: it looks up places by nothing, and its key is store",
    )
    assert.strictEqual(
      refusedBy((line) => ({ store: Expr.add(line.units, 1) })),
      "figures: a group must not be called like a column: store",
    )
    assert.strictEqual(
      refusedBy((line) => ({ date: line.store })),
      "figures: two of its columns are called date",
    )
    assert.strictEqual(
      refusal(() =>
        kpi(Line, {
          ...words,
          by: [],
          measures: (line, { count, max }) => ({ most: max(line.units), rows: count() }),
          ratios: { each: { of: "most", per: "rows", digits: 2, description: "" } },
        }),
      ),
      "figures: each is a ratio of most, which is no sum or count of this KPI",
    )
  })

  it("has no ratio of what it does not measure", () => {
    assert.throws(() =>
      kpi(Line, {
        ...words,
        by: [],
        measures: (_line, { count }) => ({ rows: count() }),
        // @ts-expect-error there is no such measure
        ratios: { each: { of: "total", per: "rows", digits: 2, description: "" } },
      }),
    )
  })
})

it("a currency is a column of the row", () => {
  const id = Text.check(noInvisibleCharacters)
  const row = Schema.Struct({ id, price: Decimal(18, 2).annotate({ currency: "kind" }) })
  assert.strictEqual(
    refusal(() => dataset({ ...stated, name: "prices", table: "prices", row, key: ["id"] })),
    "prices: price is in the currency of kind, which must be a column of texts",
  )
})
