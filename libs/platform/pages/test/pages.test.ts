import { assert, describe, it } from "@effect/vitest"
import { between, dataset, Day, Decimal, Expr, Integer, kpi, perBusinessDate, registry, Text } from "@pos/contract"
import { Schema } from "effect"
import { Pages, pagesOf } from "../src/index.ts"

const limits = { plain: 1000, gzip: 1000, decompressed: 1000, rows: 1000, columns: 10 }

const Visit = Schema.Struct({
  visit: Integer.annotate({ description: "The visit." }),
  shop: Integer.annotate({ description: "The shop." }),
  day: Day.annotate({ description: "The day." }),
  guest: Text.annotate({ description: "Who came.", personal: true }),
  spent: Decimal(18, 2).annotate({ description: "What was spent.", unit: "euros" }),
  tip: Schema.optionalKey(Decimal(18, 2).annotate({ description: "On top of it.", unit: "euros" })),
  seats: Integer.check(between(1n, 20n)).annotate({ description: "How many sat there.", unit: "people" }),
})

const visits = dataset({
  name: "visits-contract",
  version: "1.0.0",
  description: "Visits of all shops.",
  kind: "facts",
  row: Visit,
  table: "visits",
  key: ["visit"],
  unique: perBusinessDate,
  policies: { fileTolerance: 0, unexpectedColumn: "warning", acrossFiles: "keepFirst", largestFile: limits },
  businessDate: { column: "day" },
  rules: [],
})

const Shop = Schema.Struct({
  shop: Integer.annotate({ description: "The shop." }),
  owner: Text.annotate({ description: "Whose it is.", personal: true }),
  called: Text.annotate({ description: "Its name." }),
  town: Text.annotate({ description: "Where it is." }),
  nickname: Schema.optionalKey(Text.annotate({ description: "Its other name." })),
})

const shops = dataset({
  name: "shops-contract",
  version: "1.0.0",
  description: "The shops.",
  kind: "reference",
  delivers: "wholeList",
  row: Shop,
  table: "shops",
  key: ["shop"],
  policies: { fileTolerance: 0, unexpectedColumn: "warning", largestFile: limits },
  rules: [],
})

const perShop = kpi(Visit, {
  name: "visits_per_shop_and_month",
  description: "What each shop earned.",
  grain: "month",
  by: ["shop"],
  measures: (visit, { count, countDistinct, max, sum }) => ({
    earned: sum(Expr.add(visit.spent, Expr.coalesce(visit.tip, 0))).describe("Earned, tips included"),
    per_seat: sum(Expr.multiply(visit.spent, visit.seats)).describe("Weighted"),
    mixed: sum(Expr.caseWhen(Expr.gt(visit.seats, 2n), visit.spent, 0)).describe("Large tables"),
    visits: count().describe("Visits"),
    guests: countDistinct(visit.guest).describe("Guests"),
    largest: max(visit.spent).describe("The largest bill"),
  }),
  ratios: {
    per_visit: { of: "earned", per: "visits", digits: 2, description: "Earned on a visit" },
    per_guest: { of: "earned", per: "guests", digits: 2, description: "Earned of a guest" },
  },
})

const pages = pagesOf(
  registry([
    { dataset: visits, kpis: [perShop] },
    { dataset: shops, kpis: [] },
  ]),
)
const [page] = pages.kpis
const measure = (name: string) => page?.measures.find((one) => one.name === name)

describe("the page of a KPI", () => {
  it("is told by the contract: period, title, words", () => {
    assert.deepInclude(page, {
      name: "visits_per_shop_and_month",
      dataset: "visits",
      title: "Visits per shop and month",
      description: "What each shop earned.",
      grain: "month",
      period: "month",
    })
  })

  it("names the values of a dimension by the reference data whose key it is, and groups by their other texts", () => {
    assert.deepStrictEqual(page?.dimensions, [
      {
        name: "shop",
        title: "Shop",
        description: "The shop.",
        format: { kind: "integer" },
        column: "shop",
        names: { dataset: "shops", key: "shop", label: "called", groups: [{ name: "town", title: "Town" }] },
      },
    ])
  })

  it("gives a measure the unit of what it adds up, where that is one", () => {
    assert.strictEqual(measure("earned")?.unit, "euros")
    assert.strictEqual(measure("mixed")?.unit, "euros")
    assert.strictEqual(measure("largest")?.unit, "euros")
    assert.isUndefined(measure("per_seat")?.unit)
    assert.isUndefined(measure("visits")?.unit)
  })

  it("adds up only what can be added up", () => {
    const totals = page?.measures.map(({ name, total }) => [name, total])
    assert.deepStrictEqual(totals, [
      ["earned", "sum"],
      ["per_seat", "sum"],
      ["mixed", "sum"],
      ["visits", "sum"],
      ["guests", "none"],
      ["largest", "max"],
      ["per_visit", "ratio"],
      ["per_guest", "none"],
    ])
  })

  it("keeps the digits of decimals and ratios", () => {
    assert.deepStrictEqual(measure("earned")?.format, { kind: "decimal", digits: 2 })
    assert.deepStrictEqual(measure("per_visit")?.ratio, { of: "earned", per: "visits", digits: 2 })
  })
})

describe("the page of a dataset", () => {
  it("has the columns of its table, and marks those that no page shows", () => {
    const [first] = pages.datasets
    assert.deepStrictEqual(
      first?.columns.map(({ name, personal }) => [name, personal]),
      [
        ["visit", undefined],
        ["shop", undefined],
        ["day", undefined],
        ["guest", true],
        ["spent", undefined],
        ["tip", undefined],
        ["seats", undefined],
        ["date", undefined],
      ],
    )
  })
})

describe("pages", () => {
  it("are JSON that reads as it was written", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(Pages)(JSON.parse(JSON.stringify(pages))), pages)
  })
})
