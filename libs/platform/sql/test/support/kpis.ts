/** KPIs that use every part of the language, and rows by the thousand to compute them from. */
import {
  computeKpi,
  dataset,
  Decimal,
  EpochSeconds,
  Expr,
  Integer,
  type Kpi,
  kpi,
  noInvisibleCharacters,
  PERIOD_COLUMN,
  type Row,
  Text,
} from "@pos/contract"
import { BigDecimal, Schema } from "effect"
import { businessDay } from "./days.ts"
import { random } from "./random.ts"
import { receipts } from "./receipts.ts"

const Line = Schema.Struct({
  id: Text.check(noInvisibleCharacters),
  store: Integer,
  receipt: Schema.optionalKey(Text),
  currency: Schema.optionalKey(Text),
  amount: Decimal(18, 4).annotate({ currency: "currency" }),
  units: Integer,
  at: EpochSeconds,
})

const Place = Schema.Struct({ store: Integer, region: Text, rank: Schema.optionalKey(Integer) })

const { acrossFiles: _, ...policies } = receipts.policies
const stated = { version: "1.0.0", description: "", rules: [] } as const
export const places = dataset({
  ...stated,
  kind: "reference",
  name: "places",
  table: "places",
  row: Place,
  key: ["store"],
  delivers: "wholeList",
  policies,
})

export const businessDate = { timeZone: "America/New_York", cutoffHour: 4 }
export const lines = dataset({
  ...stated,
  kind: "facts",
  name: "lines",
  table: "lines",
  row: Line,
  key: ["id"],
  eventTime: { column: "at", storedAs: "event_time" },
  policies: receipts.policies,
  businessDate,
})

const kpiOf = (grain: "day" | "week" | "month") =>
  kpi(Line, {
    name: `takings_per_${grain}`,
    description: "Takings",
    grain,
    by: (line, { localHour, lookup }) => {
      const place = lookup(places, { store: line.store })
      return {
        region: place.region,
        rank: place.rank,
        currency: line.currency,
        hour: localHour(line.at),
        returned: Expr.lt(line.units, 0),
        size: Expr.caseWhen(Expr.gt(line.amount, 100), Expr.coalesce(line.receipt, "none"), "small"),
      }
    },
    measures: (line, { count, countDistinct, max, sum }) => ({
      total: sum(line.amount),
      units_total: sum(line.units),
      rows: count(),
      receipts: countDistinct(line.receipt),
      dearest: max(line.amount),
    }),
    ratios: { per_receipt: { of: "total", per: "receipts", digits: 2, description: "Amount of a receipt" } },
  })

export const kpis: readonly [Kpi, Kpi, Kpi] = [kpiOf("day"), kpiOf("week"), kpiOf("month")]

export const references: { readonly places: ReadonlyArray<Row> } = {
  places: [
    { store: 1n, region: "North", rank: 1n },
    { store: 2n, region: "it's \\ South" },
    { store: -3n, region: "North", rank: -(2n ** 62n) },
  ],
}

const MONEY = [0n, 1n, -1n, 1_000_000n, 1_000_001n, 10n ** 18n - 1n, 1n - 10n ** 18n]
const UNITS = [0n, 1n, -1n, 7n, 2n ** 63n - 1n, -(2n ** 63n)]
/** Around a year's end, both changes of New York's clocks and the first of a month. */
const MOMENTS = [1_767_225_600, 1_772_953_200, 1_772_956_800, 1_793_514_600, 1_793_518_200, 1_775_030_400, -14_182_940]

export const rowsOf = (count: number, seed: number) => {
  const drawn = random(seed)
  const next = (below: number) => drawn() % below
  const pick = <A>(all: ReadonlyArray<A>): A => all[next(all.length)] as A
  return Array.from({ length: count }, (_, n) => {
    const at = pick(MOMENTS) + next(7 * 86_400) - 3 * 86_400 + pick([0, 0.25, 0.999999])
    const row: Row = {
      id: `L${n}`,
      store: pick([1n, 2n, -3n, 9n]),
      amount: BigDecimal.make(next(2) === 0 ? BigInt(next(4_000_000)) : pick(MONEY), 4),
      units: pick(UNITS),
      at,
      ...(next(3) === 0 ? {} : { receipt: pick(["R1", "R2", "r1", " R1", ""]) }),
      ...(next(3) === 0 ? {} : { currency: pick(["EUR", "USD"]) }),
    }
    return { date: businessDay(microsOf(at), businessDate), row }
  })
}

export const microsOf = (seconds: number): bigint => BigInt(Math.round(seconds * 1e6))

const text = (value: unknown): string | null =>
  value === undefined ? null : BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : String(value)

/** A row of a KPI table as texts that are the same for the same values, in the order of its columns. */
const shown = (kpi: Kpi, rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const names = [PERIOD_COLUMN[kpi.grain], ...[...kpi.dimensions, ...kpi.measures].map(({ name }) => name)]
  return rows.map((row) => JSON.stringify(names.map((name) => text(row[name])))).toSorted()
}

const plain = (value: string) => BigDecimal.format(BigDecimal.normalize(BigDecimal.fromStringUnsafe(value)))

/** Texts as engines print them, decimals without the zeros at their ends. */
export const printed = (kpi: Kpi, rows: ReadonlyArray<ReadonlyArray<string | null>>): ReadonlyArray<string> => {
  const scales = new Set(kpi.measures.flatMap(({ column }, at) => (column.kind === "decimal" ? [at] : [])))
  const before = 1 + kpi.dimensions.length
  return rows
    .map((row) =>
      JSON.stringify(row.map((value, at) => (value !== null && scales.has(at - before) ? plain(value) : value))),
    )
    .toSorted()
}

export const expected = (kpi: Kpi, rows: ReturnType<typeof rowsOf>): ReadonlyArray<string> =>
  shown(kpi, computeKpi(kpi, { rows, references, timeZone: businessDate.timeZone }))
