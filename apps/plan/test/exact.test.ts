/** DuckDB's verdicts and values are those of the contract's own decoding, rule by rule. */
import { assert, describe, it } from "@effect/vitest"
import { type Field, presentCells, read, rowCodec, type Row, type Source, type Violation } from "@pos/contract"
import { kpis } from "@pos/kpis"
import { sales } from "@pos/rules"
import { compile } from "@pos/sql"
import { BigDecimal, Effect, Result, Schema } from "effect"
import { type Cell, judge, type Verdicts } from "./support/duckdb.ts"
import { boundaryRows, type Cells, hostileRows } from "./support/hostile.ts"

const EVENT_TIME = 1_700_000_000.5

/** A typed value as DuckDB prints it in the validated columns. */
const printed = (field: Field, value: unknown): string | null => {
  if (value === undefined) return null
  if (field.column.kind === "epochSeconds") return String(BigInt(Math.floor((value as number) * 1_000_000 + 0.5)))
  if (field.column.kind !== "decimal") return String(value)
  const { value: digits, scale } = BigDecimal.scale(value as BigDecimal.BigDecimal, field.column.scale)
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0")
  return `${digits < 0n ? "-" : ""}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

const storedName = (field: Field) => (field.column.kind === "epochSeconds" ? "event_time_us" : field.name)

const compare = (rows: ReadonlyArray<Row>, source: Source, verdicts: Verdicts): void => {
  for (const [index, row] of rows.entries()) {
    const reading = read(sales, row, { source, parameters: { event_time: EVENT_TIME } })
    const rules = reading.violations.map(({ rule }: Violation) => rule)
    assert.deepStrictEqual(verdicts.broken[index]?.toSorted(), rules.toSorted(), JSON.stringify(row, bigints))
    for (const field of sales.fields) {
      if (rules.some((rule) => rule.startsWith(`${field.name}.`) && !rule.endsWith("precision_lost"))) continue
      if (!(field.name in reading.values) && row[field.name] !== undefined && rules.length > 0) continue
      assert.strictEqual(
        verdicts.values[index]?.[storedName(field)],
        printed(field, reading.values[field.name]),
        `${field.name} of ${JSON.stringify(row, bigints)}`,
      )
    }
    const decodes = Result.isSuccess(
      Schema.decodeUnknownResult(rowCodec(sales, source, { event_time: EVENT_TIME }))(presentCells(sales, row, source)),
    )
    const valid = reading.violations.every(({ severity }) => severity === "warning")
    assert.strictEqual(decodes, valid, `Schema.decode of ${JSON.stringify(row, bigints)}`)
  }
}

const bigints = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)
const textCells = (row: Cells): Record<string, Cell> =>
  Object.fromEntries(
    Object.entries(row).map(([name, cell]) => [name, { text: cell === "" ? null : cell, wrong: false }]),
  )

const check = Effect.fnUntraced(function* (rows: ReadonlyArray<Cells>) {
  const plan = yield* compile(sales, kpis)
  const verdicts = yield* Effect.promise(() => judge(plan, rows.map(textCells), EVENT_TIME))
  compare(rows, "text", verdicts)
})

describe("a row of text cells", () => {
  it.effect("with one special cell is judged alike", () => check(boundaryRows))
  it.effect.each([1, 2, 3])(
    "is judged alike, however hostile (seed %s)",
    (seed) => Effect.flatMap(hostileRows(1500, seed * 100), check),
    60_000,
  )
})

/** JSON's scalars, and the text that a tokeniser hands to DuckDB for each. */
const scalars: ReadonlyArray<readonly [unknown, string | null]> = [
  [null, null],
  [true, "true"],
  [false, "false"],
  [0, "0"],
  [1, "1"],
  [-5, "-5"],
  [3.0, "3"],
  [1.5, "1.5"],
  [0.1, "0.1"],
  [1e21, "1000000000000000000000"],
  [1e-7, "1e-7"],
  [123456.78905, "123456.78905"],
  [9007199254740993n, "9007199254740993"],
  [9223372036854775808n, "9223372036854775808"],
  ["5", "5"],
  ["", ""],
  ["  ", "  "],
  ["T-9", "T-9"],
  ["1e3", "1e3"],
  [1.7e12, "1700000000000"],
  [1.7e9, "1700000000"],
]

describe("a row of JSON scalars", () => {
  it.effect("is judged alike: a type that does not fit is told so", () =>
    Effect.gen(function* () {
      const plan = yield* compile(sales, kpis)
      const base = { transaction_id: "T-1", store_id: 1, product_id: 2, quantity: 3, revenue: 4.5, timestamp: 1.7e9 }
      const rows = sales.fields.flatMap(({ name }) => scalars.map(([scalar]) => ({ ...base, [name]: scalar })))
      const texts = sales.fields.flatMap(({ name: changed }) =>
        scalars.map(([scalar, text]) =>
          Object.fromEntries(
            sales.fields.map(({ name, column }): [string, Cell] => {
              const value = name === changed ? scalar : (base as Row)[name]
              const isText = typeof value === "string"
              const wrong =
                value !== undefined &&
                value !== null &&
                (isText !== (column.kind === "text") || value === true || value === false)
              return [name, { text: name === changed ? text : value === undefined ? null : String(value), wrong }]
            }),
          ),
        ),
      )
      const verdicts = yield* Effect.promise(() => judge(plan, texts, EVENT_TIME))
      compare(rows, "scalars", verdicts)
    }),
  )
})
