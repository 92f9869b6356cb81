/** Expressions and rows by the thousand, the same ones for the same seed. */
import { type Column, columnsOf, Decimal, EpochSeconds, evaluate, Expr, Integer, type Row, Text } from "@pos/contract"
import { BigDecimal, Schema } from "effect"
import { random } from "./random.ts"

/** One column of each kind; `tip` and `note` are optional. */
export const Line = Schema.Struct({
  note: Schema.optionalKey(Text),
  id: Text,
  units: Integer,
  amount: Decimal(18, 4),
  tip: Schema.optionalKey(Decimal(18, 4)),
  at: EpochSeconds,
})
export const PARAMETERS = { event_time: 1_700_000_000.25 }

const column = columnsOf(Line)

type Random = () => number
const fractions = (seed: number): Random => {
  const drawn = random(seed)
  return () => drawn() / 4_294_967_296
}
const pick = <A>(next: Random, all: ReadonlyArray<A>): A => all[Math.floor(next() * all.length)] as A

type Exact = Expr.Expr<BigDecimal.BigDecimal>

const exact = (next: Random, depth: number): Exact => {
  const leaf: ReadonlyArray<() => Expr.Expr<bigint> | Exact> = [
    () => column.units,
    () => column.amount,
    () => column.amount,
    () => Expr.coalesce(column.tip, pick(next, [0, 1.5, -2, 0.00005])),
    () => Expr.length(column.id),
  ]
  if (depth === 0) return pick(next, leaf)() as Exact
  const of = () => exact(next, depth - 1)
  const number = () => pick(next, [0, 1, -1, 2, 0.5, -0.0001, 1.25, 10, 1000])
  const inner: ReadonlyArray<() => Expr.Expr<bigint> | Exact> = [
    () => Expr.add(of(), of()),
    () => Expr.subtract(of(), number()),
    () => Expr.multiply(of(), number()),
    () => Expr.multiply(of(), column.units),
    () => Expr.negate(of()),
    () => Expr.abs(of()),
    () => Expr.sign(of()),
    () => Expr.caseWhen(condition(next, depth - 1), of(), of()),
    () => Expr.coalesce(column.tip, number()),
    of,
  ]
  return pick(next, inner)() as Exact
}

const double = (next: Random, depth: number): Expr.Expr<number> => {
  const run = new Expr.Expr<number>({ op: "parameter", name: "event_time", kind: "float" })
  if (depth === 0) return pick(next, [column.at, column.at, run])
  const of = () => double(next, depth - 1)
  return pick(next, [
    () => Expr.add(of(), pick(next, [0.1, 86_400, -1])),
    () => Expr.subtract(of(), of()),
    () => Expr.multiply(of(), pick(next, [0.5, 3, 1_000_000])),
    () => Expr.abs(of()),
    () => Expr.negate(of()),
    of,
  ])()
}

type Compare = (left: Exact | Expr.Expr<number>, right: Exact | Expr.Expr<number> | number) => Expr.Expr<boolean>
/** Which sides may meet is the generator's business: it keeps exact numbers and doubles apart. */
const COMPARISONS = [Expr.lt, Expr.lte, Expr.gt, Expr.gte, Expr.eq, Expr.ne] as unknown as ReadonlyArray<Compare>

/** A condition of the language, nested about `depth` deep. */
export const condition = (next: Random, depth: number): Expr.Expr<boolean> => {
  const below = Math.max(0, depth - 1)
  const of = () => condition(next, below)
  const leaf: ReadonlyArray<() => Expr.Expr<boolean>> = [
    () => pick(next, COMPARISONS)(exact(next, below), exact(next, below)),
    () => pick(next, COMPARISONS)(exact(next, below), pick(next, [0, 1, -1, 0.5, 10.25, 99999])),
    () => pick(next, COMPARISONS)(double(next, below), double(next, below)),
    () => Expr.eq(column.id, pick(next, ["a", "it's", "😀", 'q"q', "back\\slash", ""])),
    () => Expr.ne(Expr.coalesce(column.note, "none"), column.id),
    () => Expr.oneOf(column.units, [0n, 1n, -7n]),
    () => Expr.oneOf(column.id, ["a", "it's"]),
    () => Expr.isPresent(column.tip),
    () => Expr.isPresent(column.note),
  ]
  if (depth === 0) return pick(next, leaf)()
  return pick(next, [
    ...leaf,
    () => Expr.and(of(), of()),
    () => Expr.or(of(), of(), of()),
    () => Expr.not(of()),
    () => Expr.caseWhen(of(), of(), of() as never) as Expr.Expr<boolean>,
  ])()
}

export const conditions = (count: number, seed: number): ReadonlyArray<Expr.Expr<boolean>> => {
  const next = fractions(seed)
  return Array.from({ length: count }, (_, index) => condition(next, index % 4))
}

const INTEGERS = [0n, 1n, -1n, -7n, 10n, 99_999n, 1_000_001n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)] as const
const AMOUNTS = [
  0n,
  1n,
  -1n,
  5000n,
  10_000n,
  12_500n,
  -12_500n,
  102_500n,
  99_999_999_999_9999n,
  10n ** 18n - 1n,
  1n - 10n ** 18n,
] as const
const TEXTS = ["a", "it's", "😀", 'q"q', "back\\slash", "none", "", "longer text"] as const
const TIMES = [0, -0, 1, -1, 0.1, 1_700_000_000.25, 1_700_086_400.25, 946_684_799.9999999, 1e11, 1e300, -1e300] as const

/** Rows of `Line`: decimals of up to 18 digits, integers of up to 64 bits. */
export const lines = (count: number, seed: number): ReadonlyArray<Row> => {
  const next = fractions(seed)
  const amount = () =>
    BigDecimal.make(next() < 0.5 ? BigInt(Math.floor(next() * 2_000_000) - 1_000_000) : pick(next, AMOUNTS), 4)
  return Array.from({ length: count }, () => ({
    id: pick(next, TEXTS),
    units: next() < 0.5 ? BigInt(Math.floor(next() * 20) - 10) : pick(next, INTEGERS),
    amount: amount(),
    at: next() < 0.5 ? 1_700_000_000 + next() * 100_000 : pick(next, TIMES),
    ...(next() < 0.5 ? { tip: amount() } : {}),
    ...(next() < 0.5 ? { note: pick(next, TEXTS) } : {}),
  }))
}

export const meaning = (condition: Expr.Expr<boolean>, row: Row): boolean =>
  evaluate(condition.node, row, PARAMETERS) === true

export const kindOfColumn = (name: string): Column | undefined =>
  (
    {
      note: { kind: "text" },
      id: { kind: "text" },
      units: { kind: "integer" },
      amount: { kind: "decimal", precision: 18, scale: 4 },
      tip: { kind: "decimal", precision: 18, scale: 4 },
      at: { kind: "epochSeconds" },
    } as const
  )[name as "id"]
