import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Schema } from "effect"
import {
  between,
  boundsOf,
  columnsOf,
  Decimal,
  evaluate,
  Expr,
  fieldBounds,
  fieldsOf,
  Integer,
  InvalidContract,
  type Kpi,
  kpi,
  type Measure,
  MOST_ROWS,
  Text,
} from "../src/index.ts"
import type { Aggregates } from "../src/kpi/measure.ts"

const Row = Schema.Struct({
  name: Text.check(Schema.isMaxCodePoints(5)),
  units: Integer.check(between(-1_000_000_000n, 1_000_000_000n)),
  id: Integer.check(Schema.isGreaterThanBigInt(0n)),
  odd: Integer.check(Schema.isBetweenBigInt({ minimum: 3n, maximum: 9n, exclusiveMaximum: true })),
  any: Integer,
  price: Decimal(9, 2),
  money: Decimal(18, 4),
})
type Row = typeof Row.Type
const row = columnsOf(Row)
const fields = fieldsOf(Row)
const fieldOf = (name: string) => fields.find((field) => field.name === name)

const shown = ({
  least,
  greatest,
}: {
  readonly least: BigDecimal.BigDecimal
  readonly greatest: BigDecimal.BigDecimal
}) => [least, greatest].map((value) => BigDecimal.format(value).replace(/e\+?(\d+)$/, "e$1"))
const boundsOfExpression = (expression: Expr.Expr<unknown>) => boundsOf(expression.node, fieldOf)

describe("the bounds of a column", () => {
  it.each([
    ["units", ["-1000000000", "1000000000"]],
    ["id", ["1", "9223372036854775807"]],
    ["odd", ["3", "8"]],
    ["any", ["-9223372036854775808", "9223372036854775807"]],
    ["price", ["-9999999.99", "9999999.99"]],
  ])("%s", (name, expected) => {
    assert.deepStrictEqual(shown(fieldBounds(fieldOf(name)!)!), expected)
  })

  it("are in words what its check says", () => {
    const [check] = fieldOf("units")!.checks
    assert.strictEqual(check?.expected, "from -1,000,000,000 to 1,000,000,000")
    assert.strictEqual(check?.reason, "out_of_range")
  })
})

const expressions: ReadonlyArray<readonly [string, Expr.Expr<bigint | BigDecimal.BigDecimal>, ReadonlyArray<string>]> =
  [
    ["sum of two columns", Expr.add(row.units, row.odd), ["-999999997", "1000000008"]],
    ["difference", Expr.subtract(row.odd, row.units), ["-999999997", "1000000008"]],
    ["product with both signs", Expr.multiply(row.units, row.price), ["-9999999990000000", "9999999990000000"]],
    ["negation of the least integer", Expr.negate(row.any), ["-9223372036854775807", "9223372036854775808"]],
    ["size of the least integer", Expr.abs(row.any), ["0", "9223372036854775808"]],
    ["size of what is negative", Expr.abs(Expr.negate(row.odd)), ["3", "8"]],
    ["sign", Expr.sign(row.price), ["-1", "1"]],
    ["choice", Expr.caseWhen(Expr.lt(row.units, 0), row.odd, 20), ["3", "20"]],
    ["length of a text", Expr.length(row.name), ["0", "5"]],
  ]

const extremes = (
  column: { readonly least: BigDecimal.BigDecimal; readonly greatest: BigDecimal.BigDecimal },
  scale: number,
) => [column.least, column.greatest].map((value) => (scale === 0 ? BigDecimal.scale(value, 0).value : value))

/** Every combination of the columns' least and greatest values. */
const corners = (): ReadonlyArray<Row> =>
  fields.reduce<ReadonlyArray<Record<string, unknown>>>(
    (rows, field) => {
      const bounds = fieldBounds(field)
      const values = bounds === undefined ? ["", "abcde"] : extremes(bounds, field.column.kind === "decimal" ? 1 : 0)
      return rows.flatMap((one) => values.map((value) => ({ ...one, [field.name]: value })))
    },
    [{}],
  ) as never

describe("the bounds of an expression", () => {
  it.each(expressions)("%s", (_, expression, expected) => {
    assert.deepStrictEqual(shown(boundsOfExpression(expression)), [...expected])
  })

  it.each(expressions)("hold at every corner of the columns' ranges: %s", (_, expression) => {
    const { least, greatest } = boundsOfExpression(expression)
    for (const corner of corners()) {
      const value = evaluate(expression.node, corner)
      const exact = typeof value === "bigint" ? BigDecimal.fromBigInt(value) : (value as BigDecimal.BigDecimal)
      assert.isTrue(BigDecimal.isGreaterThanOrEqualTo(exact, least), BigDecimal.format(exact))
      assert.isTrue(BigDecimal.isLessThanOrEqualTo(exact, greatest), BigDecimal.format(exact))
    }
  })
})

type Exact = bigint | BigDecimal.BigDecimal
const measured = (measure: (aggregates: Aggregates) => Measure<Exact>): Kpi =>
  kpi(Row, {
    name: "measured",
    description: "",
    by: ["id"],
    measures: (_, aggregates) => ({ value: measure(aggregates) }),
  })
const column = (measure: (aggregates: Aggregates) => Measure<Exact>) => measured(measure).measures[0]?.column

describe("the type of a measure", () => {
  it.each([
    ["a sum within 64 bits", (a: Aggregates) => a.sum(row.units), { kind: "integer" }],
    ["a sum beyond 64 bits", (a: Aggregates) => a.sum(row.id), { kind: "integer", digits: 28 }],
    ["a greatest value beyond 64 bits", (a: Aggregates) => a.max(Expr.abs(row.any)), { kind: "integer", digits: 19 }],
    ["a least value within 64 bits", (a: Aggregates) => a.min(row.any), { kind: "integer" }],
    ["a number of rows", (a: Aggregates) => a.count(), { kind: "integer" }],
    ["a number of values", (a: Aggregates) => a.countDistinct(row.name), { kind: "integer" }],
    ["a sum of amounts", (a: Aggregates) => a.sum(row.money), { kind: "decimal", precision: 28, scale: 4 }],
    [
      "a sum that needs less than the engines' rule of thumb",
      (a: Aggregates) => a.sum(Expr.multiply(row.units, row.money)),
      { kind: "decimal", precision: 38, scale: 4 },
    ],
  ] as const)("%s", (_, measure, expected) => {
    assert.deepStrictEqual(column(measure as never), expected)
  })

  it("is a whole number in TypeScript, however long", () => {
    const valid = Schema.is(measured((a) => a.sum(row.id)).output)
    assert.isTrue(valid({ date: "2026-01-31", id: 1n, value: MOST_ROWS * (2n ** 63n - 1n) }))
  })

  it.each([
    ["whole numbers", (a: Aggregates) => a.sum(Expr.multiply(Expr.multiply(row.any, row.any), row.units))],
    ["amounts", (a: Aggregates) => a.sum(Expr.multiply(row.money, row.money))],
  ])("that no table holds is refused: %s", (_, measure) => {
    try {
      measured(measure as never)
      assert.fail("compiled")
    } catch (error) {
      if (!(error instanceof InvalidContract)) throw error
      assert.match(error.message, /^measured: value can come to a number of \d+ digits, and a table holds 38 at most\./)
      assert.match(error.message, /Narrow the bounds of (any and units|money) in the row's Schema/)
      assert.notInclude(error.message, "\n")
    }
  })
})
