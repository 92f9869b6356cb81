/** DuckDB's verdicts and values are those of the contract's own decoding, rule by rule. */
import { assert, describe, it } from "@effect/vitest"
import { presentCells, type Row, rowCodec, type Source } from "@pos/contract"
import { dataset as sales, kpis } from "@pos/sales"
import { compile } from "@pos/sql"
import { Effect, Result, Schema } from "effect"
import { type Cell, judge, type Verdicts } from "./support/duckdb.ts"
import { boundaryRows, type Cells, hostileRows } from "./support/hostile.ts"
import { EVENT_TIME, reference, shown } from "./support/reference.ts"

const compare = (rows: ReadonlyArray<Row>, source: Source, verdicts: Verdicts): void => {
  const decode = Schema.decodeUnknownResult(rowCodec(sales, source, { event_time: EVENT_TIME }))
  for (const [index, row] of rows.entries()) {
    const expected = reference(row, source)
    assert.deepStrictEqual(verdicts.broken[index]?.toSorted(), expected.rules, shown(row))
    const found = verdicts.values[index] ?? {}
    for (const [name, value] of Object.entries(expected.values)) {
      assert.strictEqual(found[name], value, `${name} of ${shown(row)}`)
    }
    const decoded = decode(presentCells(sales, row, source))
    assert.strictEqual(Result.isSuccess(decoded), expected.valid, `decoding ${shown(row)}`)
  }
}

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
  it("reaches every rule that text can break", () => {
    const broken = new Set(boundaryRows.flatMap((row) => reference(row, "text").rules))
    const codes = [...broken].map((rule) => rule.split(".").at(-1))
    for (const rule of sales.rules) assert.isTrue(codes.includes(rule.id) || rule.id === "sign_mismatch", rule.id)
  })
  it.effect("with one special cell is judged alike", () => check(boundaryRows), 60_000)
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
