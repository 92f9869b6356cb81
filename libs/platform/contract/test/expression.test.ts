import { assert, describe, it } from "@effect/vitest"
import { BigDecimal } from "effect"
import { columnsOf, columnsRead, evaluate, Expr, type Node, parametersRead, precisionOf } from "../src/index.ts"
import { Receipt, receipts } from "./receipt.ts"

const column = columnsOf(Receipt)
const decimal = BigDecimal.fromStringUnsafe
const row = { id: "a😀", till: 3n, amount: decimal("10.50"), at: 100.5 }

const value = (expression: Expr.Expr<unknown>, of: object = row): unknown => {
  const found = evaluate(expression.node, of as never, { event_time: 200 })
  return BigDecimal.isBigDecimal(found) ? BigDecimal.format(found) : found
}

const digits = (expression: Expr.Expr<unknown>) =>
  precisionOf(expression.node, (name) => receipts.fields.find((field) => field.name === name)?.column)

describe("an expression", () => {
  const cases: ReadonlyArray<readonly [string, Expr.Expr<unknown>, unknown]> = [
    ["exact sums stay exact", Expr.add(Expr.add(column.amount, 0.1), 0.2), "10.8"],
    ["whole numbers stay whole", Expr.multiply(column.till, 1_000_000_000_000n), 3_000_000_000_000n],
    ["whole and decimal give a decimal", Expr.multiply(column.till, column.amount), "31.5"],
    ["difference", Expr.subtract(column.till, 5), -2n],
    ["doubles", Expr.add(column.at, 0.25), 100.75],
    ["comparison is by value", Expr.eq(column.amount, 10.5), true],
    ["a whole number against a decimal", Expr.lt(column.till, column.amount), true],
    ["a literal smaller than JavaScript prints plainly", Expr.gt(column.amount, 1e-7), true],
    ["absolute value", Expr.abs(Expr.negate(column.amount)), "10.5"],
    ["sign", Expr.sign(Expr.subtract(column.till, 5)), -1n],
    ["a missing value", Expr.coalesce(column.tip, 0), "0"],
    ["presence", Expr.isPresent(column.tip), false],
    [
      "and, or, not",
      Expr.and(Expr.or(Expr.eq(column.till, 4), Expr.ne(column.till, 4)), Expr.not(Expr.and(Expr.or()))),
      true,
    ],
    ["membership", Expr.oneOf(column.till, [1n, 3n]), true],
    ["choice", Expr.caseWhen(Expr.gt(column.till, 2), column.amount, 0), "10.5"],
    ["characters, not UTF-16 units", Expr.length(column.id), 2n],
    ["text", Expr.eq(column.id, "a😀"), true],
  ]
  it.each(cases)("%s", (_, expression, expected) => {
    assert.deepStrictEqual(value(expression), expected)
  })

  it.each(cases)("survives JSON: %s", (_, expression, expected) => {
    const node: Node = JSON.parse(JSON.stringify(expression.node))
    assert.deepStrictEqual(value(new Expr.Expr(node)), expected)
  })

  it("knows what it reads", () => {
    const [tip, old] = receipts.rules
    assert.deepStrictEqual(columnsRead(tip!.violatedWhen), ["tip", "amount"])
    assert.deepStrictEqual(parametersRead(old!.violatedWhen), ["event_time"])
  })

  it("knows how many digits its value can have", () => {
    assert.deepStrictEqual(digits(Expr.add(column.amount, column.till)), { precision: 22, scale: 2 })
    assert.deepStrictEqual(digits(Expr.multiply(column.amount, column.amount)), { precision: 18, scale: 4 })
    assert.deepStrictEqual(digits(Expr.coalesce(column.tip, 0.125)), { precision: 10, scale: 3 })
  })
})
