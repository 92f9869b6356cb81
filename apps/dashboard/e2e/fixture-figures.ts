/** Figures of a small retailer, computed by a formula. One of its stores has a hostile name. */
import type { Day, Kpi, Measure, Row, Rows, Series, Values } from "../src/api.ts"
import { addDays, addPeriods, periodOf } from "../src/model/dates.ts"

export const HOSTILE = '<img src=x onerror="globalThis.hit=1">‮=1+1\n</script><script>globalThis.hit=2</script>'

const amount = (name: string, title: string, description: string): Measure => ({
  name,
  title,
  description,
  unit: "currency of the store",
  format: { kind: "decimal", digits: 4 },
  total: "sum",
})
const whole = (name: string, title: string, description: string, total: Measure["total"] = "sum"): Measure => ({
  name,
  title,
  description,
  format: { kind: "integer" },
  total,
})
const store = {
  name: "store_id",
  title: "Store",
  description: "The store.",
  format: { kind: "integer" },
  names: { dataset: "stores", key: "store_id", label: "name", groups: [{ name: "region", title: "Region" }] },
} as const
const measures = [
  amount("total_sales", "Total sales", "Revenue, returns subtracted"),
  whole("units_sold", "Units sold", "Units, returns subtracted"),
  whole("transactions", "Transactions", "Transactions"),
  amount("total_discount", "Total discount", "Discounts given"),
  whole("receipts", "Receipts", "Receipts that transactions name", "none"),
  {
    name: "average_sale",
    title: "Average sale",
    description: "Revenue of a transaction",
    unit: "currency of the store",
    format: { kind: "decimal", digits: 2 },
    total: "ratio",
  },
] satisfies ReadonlyArray<Measure>

export const kpis: ReadonlyArray<Kpi> = [
  {
    name: "store_sales_per_day",
    dataset: "sales",
    title: "Store sales per day",
    description: "What each store sold on each business date.",
    grain: "day",
    period: "date",
    dimensions: [store],
    measures,
  },
  {
    name: "total_sales_per_product_per_day",
    dataset: "sales",
    title: "Total sales per product per day",
    description: "What each product sold on each business date, all stores together.",
    grain: "day",
    period: "date",
    dimensions: [{ name: "product_id", title: "Product", description: "The product.", format: { kind: "integer" } }],
    measures: measures.slice(0, 4),
  },
  {
    name: "sales_per_hour_per_week",
    dataset: "sales",
    title: "Sales per hour per week",
    description: "What each region sold in each week, by the hour.",
    grain: "week",
    period: "week",
    dimensions: [
      { name: "region", title: "Region", description: "The region.", format: { kind: "text" } },
      { name: "hour", title: "Hour", description: "The hour of the day.", format: { kind: "integer" } },
    ],
    measures: measures.slice(0, 3),
  },
]

export const FIRST = "2025-01-01"
export const LAST = "2026-01-31"
const cities = ["Berlin Mitte", "Köln Süd", "München Ost", "Hamburg Hafen", "Leipzig Markt", "Bremen Nord", HOSTILE]
const regions = ["North", "South", "East", "West"]

/** A number that looks like chance, and is the same each time. */
export const chance = (seed: string): number => {
  let hash = 2166136261
  for (const character of seed) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619)
  return ((hash >>> 0) % 10_000) / 10_000
}

export const decimal = (tenThousandths: number): string => {
  const text = Math.abs(tenThousandths).toString().padStart(5, "0")
  return `${tenThousandths < 0 ? "-" : ""}${text.slice(0, -4)}.${text.slice(-4)}`
}

const keysOf = (kpi: Kpi): ReadonlyArray<{ readonly key: Values; readonly label?: string; readonly group: string }> =>
  kpi.name === "store_sales_per_day"
    ? Array.from({ length: 500 }, (_, index) => ({
        key: { store_id: index + 1 },
        label:
          cities[index % cities.length] + (index < cities.length ? "" : ` ${Math.floor(index / cities.length) + 1}`),
        group: regions[index % 4]!,
      }))
    : kpi.name === "sales_per_hour_per_week"
      ? regions.flatMap((region) =>
          Array.from({ length: 14 }, (_, hour) => ({ key: { region, hour: hour + 7 }, group: region })),
        )
      : Array.from({ length: 3000 }, (_, index) => ({ key: { product_id: 6_534_000 + index }, group: "" }))

const rowValues = (kpi: Kpi, name: string, date: string): Values | null => {
  if (date < periodOf(kpi.grain, FIRST) || date > LAST) return null
  const weekend = new Date(`${date}T00:00:00Z`).getUTCDay() % 6 === 0 && kpi.grain === "day" ? 0.7 : 1
  const size = 0.2 + chance(name) ** 3 * 4
  const transactions = Math.round(weekend * size * (60 + 40 * chance(`${name} ${date}`)))
  const sales = Math.round(transactions * (180_000 + 90_000 * chance(`${date} ${name} price`)))
  return written(kpi, { sales, transactions })
}

const written = (
  kpi: Kpi,
  { sales, transactions }: { readonly sales: number; readonly transactions: number },
): Values => {
  const all: Values = {
    total_sales: decimal(sales - (sales % 100)),
    units_sold: Math.round(transactions * 2.3),
    transactions,
    total_discount: decimal(Math.round((sales * 0.03) / 100) * 100),
    receipts: null,
    average_sale: transactions === 0 ? null : decimal(Math.round(sales / transactions / 100) * 100).slice(0, -2),
  }
  return Object.fromEntries(kpi.measures.map(({ name }) => [name, all[name] ?? null]))
}

const sums = new Map<string, Values | null>()
const totalOf = (kpi: Kpi, date: string): Values | null => {
  const known = sums.get(`${kpi.name} ${date}`)
  if (known !== undefined) return known
  const rows = keysOf(kpi)
    .map(({ key }) => rowValues(kpi, JSON.stringify(key), date))
    .filter((row) => row !== null)
  const sum = (name: string) => rows.reduce((all, row) => all + Math.round(Number(row[name]) * 10_000), 0)
  const total =
    rows.length === 0 ? null : written(kpi, { sales: sum("total_sales"), transactions: sum("transactions") / 10_000 })
  sums.set(`${kpi.name} ${date}`, total)
  return total
}

const earlier = (kpi: Kpi, date: string) =>
  kpi.grain === "day"
    ? ([
        ["before", "the day before", addDays(date, -1)],
        ["week", "the same weekday last week", addDays(date, -7)],
        ["year", "the same weekday last year", addDays(date, -364)],
      ] as const)
    : ([
        ["before", "the week before", addPeriods(kpi.grain, date, -1)],
        ["year", "the same week last year", addPeriods(kpi.grain, date, -52)],
      ] as const)

export const day = (kpi: Kpi, date: string): Day => ({
  kpi: kpi.name,
  period: date,
  compared: earlier(kpi, date).map(([name, title, at]) => {
    const values = totalOf(kpi, at)
    return { against: name, title, period: at, totals: values === null ? null : { rows: keysOf(kpi).length, values } }
  }),
  totals: totalOf(kpi, date) === null ? null : { rows: keysOf(kpi).length, values: totalOf(kpi, date)! },
  trust:
    kpi.name === "store_sales_per_day"
      ? { level: "provisional", sentences: ["2 files of this day were rejected, and have not come again."] }
      : { level: "complete", sentences: [] },
})

export const rows = (kpi: Kpi, query: URLSearchParams): Rows => {
  const date = query.get("date") ?? LAST
  const search = (query.get("search") ?? "").toLowerCase()
  const order = query.get("order") ?? kpi.measures[0]!.name
  const where = JSON.parse(query.get("where") ?? "null") as Values | null
  const at = Object.fromEntries(earlier(kpi, date).map(([name, , when]) => [name, when]))
  const all = keysOf(kpi)
    .filter(({ key, label }) => `${label ?? ""} ${Object.values(key).join(" ")}`.toLowerCase().includes(search))
    .filter(({ key }) => where === null || JSON.stringify(where) === JSON.stringify(key))
    .flatMap<Row>(({ key, label }) => {
      const name = JSON.stringify(key)
      const values = rowValues(kpi, name, date)
      const before = (which: string) => (at[which] === undefined ? null : rowValues(kpi, name, at[which]))
      if (values === null) return []
      const one = { key, values, before: before("before"), week: before("week"), year: before("year") }
      return [label === undefined ? one : { ...one, label }]
    })
  const of = (row: Row) => Number(row.values[order] ?? row.key[order] ?? 0)
  const sorted = all.toSorted((a, b) => (query.get("direction") === "ascending" ? of(a) - of(b) : of(b) - of(a)))
  const offset = Number(query.get("offset") ?? 0)
  return { total: all.length, rows: sorted.slice(offset, offset + Number(query.get("limit") ?? 50)) }
}

export const series = (kpi: Kpi, query: URLSearchParams): Series => {
  const where = query.get("where")
  const to = query.get("to") ?? LAST
  const periods: Array<string> = []
  for (let at = query.get("from") ?? FIRST; at <= to; at = addPeriods(kpi.grain, at, 1))
    if (totalOf(kpi, at) !== null) periods.push(at)
  const values = periods.map((at) => (where === null ? totalOf(kpi, at) : rowValues(kpi, where, at)))
  return {
    periods,
    values: Object.fromEntries(kpi.measures.map(({ name }) => [name, values.map((one) => one?.[name] ?? null)])),
  }
}
