/** Rows as the world sends them: valid ones, hostile ones, and valid ones with one hostile cell. */
import { Arbitrary, Effect, Schema } from "effect"

const INTEGERS = [
  "0",
  "-0",
  "+0",
  "1",
  "-1",
  "+5",
  " 5",
  "5 ",
  " +5 ",
  "--5",
  "+-5",
  "5-",
  "007",
  "00000000000000000000000000000000012",
  "1.5",
  "3.0",
  "5.",
  "1e3",
  "0x10",
  "1_000",
  "1,000",
  "1 000",
  "½",
  "٣",
  "5\u00a0",
  "\t5",
  "5\n",
  "5\r",
  "5\u0000",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "-9223372036854775809",
  "99999999999999999999999999999999999999999999",
  "NaN",
  "true",
  "null",
] as const

const DECIMALS = [
  ".5",
  "5.",
  "-.5",
  "+.5",
  ".",
  "-",
  "+",
  "e5",
  "1e",
  "1e+",
  ".e1",
  "1.2.3",
  "1,5",
  "1.234,56",
  "$5",
  "5€",
  "1e3",
  "1E3",
  "1e+3",
  "1e-3",
  "-1e-3",
  "1e-5",
  "5e-5",
  "4.9e-5",
  "1.00005e0",
  "0.00005",
  "-0.00005",
  "0.00004999999999999999999999",
  "0.1",
  "0.30000000000000004",
  "2.675",
  "1.00015",
  "1.00025",
  "-1.00035",
  "99999999999999.9999",
  "99999999999999.99994",
  "99999999999999.99995",
  "-99999999999999.99995",
  "99999999999999.99999999999999999999",
  "100000000000000",
  "1e14",
  "9.99999999999999999e13",
  "1e15",
  "1e20",
  "1e308",
  "1e309",
  "1e999",
  "-1e999",
  "1e-400",
  "1e-999",
  "0e999",
  "0e-999",
  "1e99999999999999999999",
  "1e-99999999999999999999",
  "0e99999999999999999999",
  "123456789012345678901234567890e-20",
  `1${"0".repeat(60)}e-60`,
  `0.${"0".repeat(60)}1e60`,
  `0.${"0".repeat(80)}9`,
  `${"0".repeat(80)}7.5`,
  `${"9".repeat(60)}`,
  "nan",
  "NaN",
  "-nan",
  "inf",
  "-inf",
  "+inf",
  "Infinity",
  "-Infinity",
  "infinit",
  "nanx",
  " nan ",
  "INF",
  "100000000000",
  "99999999999.9999",
  "100000000000.0001",
  "274877906944.0001",
  "900000000000.1234",
  "90071992547409.93",
  "90000000000.000105",
  "0.00001",
  "0000000000000019.99",
  "000000000000019.990000",
  "19.990000000000000000000001",
  "-19.98999999999999999999999",
  "1.00000000000000000000001e1",
  "2e-324",
  "1e-324",
  "-3e-400",
  "1999e-2",
  "199900000e-7",
  "199900001e-7",
  "0.0000",
  "0.000000000000000",
  `19.99${"0".repeat(300)}`,
  `19.99${"0".repeat(300)}1`,
  `0.0001${"9".repeat(300)}`,
  "99999999999.99995",
  "99999999999.99990000000000000001",
  // All digits of the doubles nearest to 19.99, 0.1 and 2.675.
  "19.989999999999998436805981327779591083526611328125",
  "0.1000000000000000055511151231257827021181583404541015625",
  "2.67499999999999982236431605997495353221893310546875",
] as const

const TIMES = [
  "946684800",
  "946684799.9999999",
  "946684799",
  "946684800.0000001",
  "1700172800",
  "1700172800.5",
  "1700172801",
  "1700172800.0000002",
  "99999999999",
  "99999999999.99",
  "100000000000",
  "1700000000000",
  "1700000000000000",
  "1.7e9",
  "1.7E+9",
  "17000000e2",
  "1700000000.123456",
  "1700000000.1234565",
  "1700000000.9999995",
  "1767225600.0000004999",
  "1767225600.0000005",
  "1767225600.00000049999999999999999999999",
  "1767225600.123456499",
  "1767225600.1234565",
  "1.7672256000000004999e9",
  "1600000000.0000004999",
  "1600000000.0000005",
  "1600000000.123456499",
  "1600000000.1234567",
  "1600000000.12345649999999999",
  "1600000000.99999949999999999999",
  "1600000000123456499e-9",
  "-1600000000.0000005",
  "-1600000000.0000004999",
  "4294967295.9999995",
  "4294967296.0000005",
  "8000000000.0000004",
  "0",
  "-1",
  "1e10",
  "1e11",
] as const

const TEXTS = [
  "a",
  " a ",
  "T-1",
  "  ",
  "\t",
  "\n",
  "\u00a0",
  "\u2003\u3000",
  "\ufeff",
  "\u200b",
  "\ufeffT-1",
  "T-1\ufeff",
  "T\u200b1",
  "T-\u202e1",
  "T-1\u00ad",
  "T-1\ufe0f",
  "T-1\u{e0041}",
  "T-1\u2028",
  "T-1\u00a0",
  "a\tb",
  "a\nb",
  "a\u0000b",
  "\u007f",
  "\u0085",
  "x".repeat(64),
  "x".repeat(65),
  "é".repeat(64),
  "😀".repeat(64),
  "😀".repeat(65),
  "日本".repeat(32),
  "e\u0301".repeat(32),
  "'",
  '"',
  "\\",
  "%",
  "NULL",
  "null",
  "0",
  "1e3",
  "-",
  "=1+1",
  "a,b",
  "a;b",
  "\u2028",
  "\ud7ff",
  "\ufffd",
  "\u{10ffff}",
] as const

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
    const plain = ((yield* sample(Cell, count * 8, seed + 1)) as ReadonlyArray<string>).map(wellFormed)
    // Now and then a number is written as programs do that print every digit of their doubles.
    const cells = plain.map((cell, index) =>
      index % 11 === 0 && /^[0-9.]+$/.test(cell) && Number.isFinite(Number(cell)) ? expansion(Number(cell)) : cell,
    )
    const mutants = good.map((row, index) => ({
      ...row,
      [NAMES[index % NAMES.length] ?? "revenue"]: cells[index] ?? "",
    }))
    const wild = good.map(
      (_, index) => Object.fromEntries(NAMES.map((name, at) => [name, cells[count + index * 7 + at] ?? ""])) as Cells,
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
    [name]: cell,
  })),
)
