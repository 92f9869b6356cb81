/** Rows as the world sends them: valid ones, hostile ones, and valid ones with one hostile cell. */
import { Arbitrary, Effect, Schema } from "effect"
import { INTEGERS, DECIMALS, TIMES, TEXTS } from "./hostile-cells.ts"

const written = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))

/** A number and what is left of it when a digit far behind is a little more or less: whole, halves, and just beside. */
const NEAR =
  /^[+-]?0{0,3}(1[67][0-9]{8}|[0-9]{1,12})\.[0-9]{3,6}(49{5,30}|50{0,20}|50{5,30}1|0{5,40}1?|9{10,40})(e[+-]?[0-9])?$/

/** All digits of a double. */
const expansion = (value: number): string => {
  const bits = new DataView(new Float64Array([value]).buffer).getBigUint64(0, true)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const mantissa = (bits & (2n ** 52n - 1n)) | (exponent === 0 ? 0n : 2n ** 52n)
  const power = Math.max(exponent, 1) - 1075
  const digits = power >= 0 ? mantissa * 2n ** BigInt(power) : mantissa * 5n ** BigInt(-power)
  const places = Math.max(-power, 0)
  const padded = digits.toString().padStart(places + 1, "0")
  const text = places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`
  return value < 0 ? `-${text}` : text
}

/** A cell that someone might put into any column. */
export const Cell = Schema.Union([
  Schema.Literals([...INTEGERS, ...DECIMALS, ...TIMES, ...TEXTS, ""]),
  written(/^ ?[+-]?[0-9]{1,21} ?$/),
  written(/^[+-]?[0-9]{1,16}\.[0-9]{0,8}$/),
  written(/^[+-]?[0-9]{0,4}\.?[0-9]{1,30}[eE][+-]?[0-9]{1,3}$/),
  written(/^1[67][0-9]{8}(\.[0-9]{1,7})?$/),
  written(/^[0-9]{1,5}\.[0-9]{12,40}$/),
  written(NEAR),
  Schema.String,
])

const plausible = {
  transaction_id: written(/^[A-Z]-[0-9]{1,12}$/),
  store_id: written(/^[1-9][0-9]{0,3}$/),
  product_id: written(/^[1-9][0-9]{0,8}$/),
  quantity: written(/^-?[0-9]{1,3}$/),
  revenue: written(/^-?[0-9]{1,5}(\.[0-9]{1,5})?$/),
  discount_applied: written(/^(-?[0-9]{1,3}(\.[0-9]{1,4})?)?$/),
  timestamp: written(/^1[0-6][0-9]{8}(\.[0-9]{1,7})?$/),
  receipt_id: written(/^(R-[0-9]{1,6})?$/),
} as const
export type Cells = { readonly [K in keyof typeof plausible]: string }
const NAMES = Object.keys(plausible) as ReadonlyArray<keyof Cells>

const sample = <S extends Schema.Codec<unknown>>(schema: S, count: number, seed: number) =>
  Arbitrary.sampleEffect(Arbitrary.schema(schema), { count, seed })

/** Lone surrogates can't be written in UTF-8, so no file holds them. */
const wellFormed = (cell: string): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(cell))

/** `count` of each: plausible rows, plausible rows with one hostile cell, and wholly hostile rows. */
export const hostileRows = (count: number, seed: number): Effect.Effect<ReadonlyArray<Cells>, unknown> =>
  Effect.gen(function* () {
    const good = (yield* sample(Schema.Struct(plausible), count, seed)) as ReadonlyArray<Cells>
    const plain = ((yield* sample(Cell, count * (1 + NAMES.length), seed + 1)) as ReadonlyArray<string>).map(wellFormed)
    // Now and then a number is written as programs do that print every digit of their doubles.
    const cells = plain.map((cell, index) =>
      index % 11 === 0 && /^[0-9.]+$/.test(cell) && Number.isFinite(Number(cell)) ? expansion(Number(cell)) : cell,
    )
    const mutants = good.map((row, index) => ({
      ...row,
      [NAMES[index % NAMES.length] ?? "revenue"]: cells[index] ?? "",
    }))
    const wild = good.map(
      (_, index) =>
        Object.fromEntries(NAMES.map((name, at) => [name, cells[count + index * NAMES.length + at] ?? ""])) as Cells,
    )
    return [...good, ...mutants, ...wild]
  })

/** Every special cell in every column, so that no boundary depends on luck. */
export const boundaryRows: ReadonlyArray<Cells> = NAMES.flatMap((name) =>
  [...INTEGERS, ...DECIMALS, ...TIMES, ...TEXTS, ""].map((cell) => ({
    transaction_id: "T-1",
    store_id: "1",
    product_id: "2",
    quantity: "3",
    revenue: "4.5",
    discount_applied: "",
    timestamp: "1700000000",
    receipt_id: "",
    [name]: cell,
  })),
)
