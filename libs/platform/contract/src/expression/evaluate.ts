import { BigDecimal, Equal } from "effect"
import { wholeMicros } from "../numbers.ts"
import { wallClockOf } from "../wall-clock.ts"
import type { Comparison, Node, ParameterName } from "./node.ts"

/** A value of the language; `undefined` = missing. */
export type Value = bigint | BigDecimal.BigDecimal | number | string | boolean | undefined
export type Row = Readonly<Record<string, unknown>>
/** What a run knows. `event_time`: epoch seconds of the event that started it. `time_zone`: the contract's. */
export type Parameters = Readonly<Partial<Record<ParameterName, number>>> & { readonly time_zone?: string }

/** An exact number as a decimal. */
export const decimal = (value: Value): BigDecimal.BigDecimal =>
  typeof value === "bigint" ? BigDecimal.fromBigInt(value) : (value as BigDecimal.BigDecimal)

const arithmetic = {
  add: { float: (a: number, b: number) => a + b, exact: BigDecimal.sum },
  subtract: { float: (a: number, b: number) => a - b, exact: BigDecimal.subtract },
  multiply: { float: (a: number, b: number) => a * b, exact: BigDecimal.multiply },
} as const

/** As the engines order texts: by code points, where JavaScript's `<` goes by UTF-16 units. */
const codePointOrder = (left: string, right: string): number => {
  const [a, b] = [Array.from(left), Array.from(right)]
  const at = a.findIndex((character, index) => character !== b[index])
  if (at < 0) return a.length - b.length
  return (a[at]?.codePointAt(0) ?? -1) - (b[at]?.codePointAt(0) ?? -1)
}

const order = (left: Value, right: Value): number => {
  if (typeof left === "number") return left - (right as number)
  if (typeof left === "string") return codePointOrder(left, right as string)
  return BigDecimal.Order(decimal(left), decimal(right))
}

/**
 * Whether both are the same value, or both missing.
 *
 * @example
 * equal(1n, decimal("1.0")) // true
 */
export const equal = (left: Value, right: Value): boolean =>
  right !== undefined && (typeof left === "bigint" || BigDecimal.isBigDecimal(left))
    ? BigDecimal.equals(decimal(left), decimal(right))
    : Equal.equals(left, right)

const compare: Record<Comparison, (left: Value, right: Value) => boolean> = {
  lt: (left, right) => order(left, right) < 0,
  lte: (left, right) => order(left, right) <= 0,
  gt: (left, right) => order(left, right) > 0,
  gte: (left, right) => order(left, right) >= 0,
  eq: equal,
  ne: (left, right) => !equal(left, right),
}

const literalValue = (node: Extract<Node, { op: "literal" }>): Value =>
  node.kind === "integer"
    ? BigInt(node.value)
    : node.kind === "decimal"
      ? BigDecimal.fromStringUnsafe(node.value)
      : node.value

const MS_PER_HOUR = 3_600_000

/** Of the moment as tables keep it, in whole microseconds: rounding may lead into the next hour. */
const localHour = (seconds: number, timeZone: string): bigint => {
  const hours = Math.floor(wallClockOf(wholeMicros(String(seconds)), timeZone) / MS_PER_HOUR)
  return BigInt(((hours % 24) + 24) % 24)
}

/** A number's kind follows its node: a whole number in a decimal expression is a decimal. */
const as = (kind: Node["kind"], value: Value): Value =>
  kind === "decimal" && typeof value === "bigint" ? BigDecimal.fromBigInt(value) : value

/**
 * The meaning of an expression: the reference that every SQL dialect is tested against.
 * Exact numbers stay exact; comparison is by value, so `1.50` equals `1.5`.
 *
 * @example
 * evaluate(Expr.multiply(sale.revenue, 2).node, { revenue: decimal("1.50") }) // 3
 * evaluate(Expr.eq(sale.revenue, 1.5).node, { revenue: decimal("1.50") }) // true
 */
export const evaluate = (node: Node, row: Row, parameters: Parameters = {}): Value => {
  const value = (of: Node): Value => evaluate(of, row, parameters)
  switch (node.op) {
    case "column":
      return row[node.name] as Value
    case "literal":
      return literalValue(node)
    case "parameter":
      return parameters[node.name]
    case "add":
    case "subtract":
    case "multiply": {
      const [left, right] = [value(node.left), value(node.right)]
      if (node.kind === "float") return arithmetic[node.op].float(left as number, right as number)
      const exact = arithmetic[node.op].exact(decimal(left), decimal(right))
      return node.kind === "integer" ? BigDecimal.scale(exact, 0).value : exact
    }
    case "negate": {
      const of = value(node.of)
      return BigDecimal.isBigDecimal(of) ? BigDecimal.negate(of) : -(of as number | bigint)
    }
    case "abs": {
      const of = value(node.of)
      return BigDecimal.isBigDecimal(of) ? BigDecimal.abs(of) : (of as number) < 0 ? -(of as number) : of
    }
    case "sign": {
      const of = value(node.of)
      return BigInt(typeof of === "number" ? Math.sign(of) : BigDecimal.sign(decimal(of)))
    }
    case "lt":
    case "lte":
    case "gt":
    case "gte":
    case "eq":
    case "ne":
      return compare[node.op](value(node.left), value(node.right))
    case "and":
      return node.all.every((one) => value(one) === true)
    case "or":
      return node.all.some((one) => value(one) === true)
    case "not":
      return value(node.of) !== true
    case "isPresent":
      return value(node.of) !== undefined
    case "oneOf": {
      const of = value(node.of)
      return node.values.some((one) => equal(of, value(one)))
    }
    case "coalesce":
      return as(node.kind, value(node.of) ?? value(node.otherwise))
    case "caseWhen":
      return as(node.kind, value(node.when) === true ? value(node.value) : value(node.otherwise))
    case "localHour": {
      const moment = value(node.of)
      return moment === undefined ? undefined : localHour(moment as number, parameters.time_zone ?? "UTC")
    }
    case "length":
      return BigInt([...(value(node.of) as string)].length)
  }
}
