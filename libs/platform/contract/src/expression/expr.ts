/**
 * Writes expressions with the TypeScript compiler as the first reviewer: a field that does not exist, an optional one
 * that is not guarded by `coalesce`, arithmetic on text or a sum of exact and floating numbers does not compile.
 */
import type { BigDecimal } from "effect"
import type { Arithmetic, Comparison, Kind, Node } from "./node.ts"

/** An expression whose value is a `T`. `undefined` in `T` says: may be missing. */
export class Expr<out T> {
  declare readonly value: T
  readonly node: Node
  constructor(node: Node) {
    this.node = node
  }
}

export type Exact = bigint | BigDecimal.BigDecimal
export type Numeric = Exact | number
type Scalar = Numeric | string | boolean

/** What an `A` may be combined with: exact numbers mix with each other, doubles only with doubles. */
type Operand<A> = [A] extends [number]
  ? Expr<number> | number
  : [A] extends [Exact]
    ? Expr<bigint> | Expr<BigDecimal.BigDecimal> | bigint | number
    : Expr<A> | A
/** A literal is exact beside an exact number, so `B` matters only when it is an expression. */
type ArithmeticResult<A, B> = [A] extends [number]
  ? number
  : [A] extends [bigint]
    ? B extends Expr<BigDecimal.BigDecimal>
      ? BigDecimal.BigDecimal
      : bigint
    : BigDecimal.BigDecimal

const exactLiteral = (value: bigint | number): Node => {
  const text = typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value).toString() : plainDecimal(value)
  return { op: "literal", kind: text.includes(".") ? "decimal" : "integer", value: text }
}

/** `1e-7` as `0.0000001`: SQL dialects read an exponent as a double. */
const plainDecimal = (value: number): string => {
  const [mantissa = "", exponent] = String(value).split("e")
  if (exponent === undefined) return mantissa
  return value.toFixed(Math.max(0, mantissa.replace(/^-?\d*\.?/, "").length - Number(exponent)))
}

const literal = (value: Scalar, beside: Kind): Node =>
  typeof value === "string"
    ? { op: "literal", kind: "text", value }
    : typeof value === "boolean"
      ? { op: "literal", kind: "boolean", value }
      : beside === "float"
        ? { op: "literal", kind: "float", value: Number(value) }
        : exactLiteral(value as bigint | number)

const nodeOf = (operand: unknown, beside: Kind): Node =>
  operand instanceof Expr ? operand.node : literal(operand as Scalar, beside)

const widest = (left: Kind, right: Kind): Kind => (left === "integer" ? right : left)

const arithmetic =
  (op: Arithmetic) =>
  <A extends Numeric, B extends Operand<A>>(left: Expr<A>, right: B): Expr<ArithmeticResult<A, B>> => {
    const other = nodeOf(right, left.node.kind)
    return new Expr({ op, kind: widest(left.node.kind, other.kind), left: left.node, right: other })
  }

/**
 * The sum of two numbers, exact unless they are floating.
 *
 * @example
 * Expr.add(sale.revenue, 0.1) // 20.08
 */
export const add = arithmetic("add")
/**
 * The first number less the second.
 *
 * @example
 * Expr.subtract(sale.quantity, 5) // -2
 */
export const subtract = arithmetic("subtract")
/**
 * The product of two numbers.
 *
 * @example
 * Expr.multiply(sale.quantity, sale.revenue) // 59.94
 */
export const multiply = arithmetic("multiply")

/**
 * The number with its sign turned around.
 *
 * @example
 * Expr.negate(sale.quantity) // -3
 */
export const negate = <A extends Numeric>(of: Expr<A>): Expr<A> =>
  new Expr({ op: "negate", kind: of.node.kind, of: of.node })
/**
 * The number without its sign.
 *
 * @example
 * Expr.abs(Expr.negate(sale.revenue)) // 19.98
 */
export const abs = <A extends Numeric>(of: Expr<A>): Expr<A> => new Expr({ op: "abs", kind: of.node.kind, of: of.node })
/**
 * -1, 0 or 1.
 *
 * @example
 * Expr.sign(sale.revenue) // 1
 */
export const sign = <A extends Numeric>(of: Expr<A>): Expr<bigint> =>
  new Expr({ op: "sign", kind: "integer", of: of.node })

const comparison =
  (op: Comparison) =>
  <A extends Scalar>(left: Expr<A>, right: Operand<A>): Expr<boolean> =>
    new Expr({ op, kind: "boolean", left: left.node, right: nodeOf(right, left.node.kind) })
/** Numbers by size; texts by their characters' code points, so that of two days the earlier is less. */
const ordering =
  (op: Comparison) =>
  <A extends Numeric | string>(left: Expr<A>, right: Operand<A>): Expr<boolean> =>
    new Expr({ op, kind: "boolean", left: left.node, right: nodeOf(right, left.node.kind) })

/**
 * Whether the first number is less than the second.
 *
 * @example
 * Expr.lt(sale.quantity, 3) // false
 */
export const lt = ordering("lt")
/**
 * Whether the first number is less than the second, or equal to it.
 *
 * @example
 * Expr.lte(sale.quantity, 3) // true
 */
export const lte = ordering("lte")
/**
 * Whether the first number is greater than the second.
 *
 * @example
 * Expr.gt(sale.revenue, sale.quantity) // true
 */
export const gt = ordering("gt")
/**
 * Whether the first number is greater than the second, or equal to it.
 *
 * @example
 * Expr.gte(sale.revenue, 20) // false
 */
export const gte = ordering("gte")
/**
 * Whether both are the same value: `1.50` equals `1.5`.
 *
 * @example
 * Expr.eq(sale.revenue, 19.98) // true
 */
export const eq = comparison("eq")
/**
 * Whether the values differ.
 *
 * @example
 * Expr.ne(sale.transaction_id, "T-2") // true
 */
export const ne = comparison("ne")

/**
 * Whether all conditions hold. Without any: true.
 *
 * @example
 * Expr.and(Expr.gt(sale.quantity, 0), Expr.lt(sale.revenue, 0)) // false
 */
export const and = (...all: ReadonlyArray<Expr<boolean>>): Expr<boolean> =>
  new Expr({ op: "and", kind: "boolean", all: all.map((one) => one.node) })
/**
 * Whether at least one condition holds. Without any: false.
 *
 * @example
 * Expr.or(Expr.gt(sale.quantity, 0), Expr.lt(sale.revenue, 0)) // true
 */
export const or = (...all: ReadonlyArray<Expr<boolean>>): Expr<boolean> =>
  new Expr({ op: "or", kind: "boolean", all: all.map((one) => one.node) })
/**
 * Whether the condition does not hold.
 *
 * @example
 * Expr.not(Expr.gt(sale.quantity, 0)) // false
 */
export const not = (of: Expr<boolean>): Expr<boolean> => new Expr({ op: "not", kind: "boolean", of: of.node })

/**
 * Whether an optional column has a value.
 *
 * @example
 * Expr.isPresent(sale.discount_applied) // false
 */
export const isPresent = (of: Expr<Scalar | undefined>): Expr<boolean> =>
  new Expr({ op: "isPresent", kind: "boolean", of: of.node })

/**
 * The value, or `otherwise` where it is missing.
 *
 * @example
 * Expr.coalesce(sale.discount_applied, 0) // 0
 */
export const coalesce = <A extends Scalar | undefined>(
  of: Expr<A>,
  otherwise: Operand<NonNullable<A>>,
): Expr<NonNullable<A>> => {
  const other = nodeOf(otherwise, of.node.kind)
  return new Expr({ op: "coalesce", kind: widest(of.node.kind, other.kind), of: of.node, otherwise: other })
}

/**
 * `value` where `when` holds, else `otherwise`.
 *
 * @example
 * Expr.caseWhen(Expr.gt(sale.quantity, 0), sale.revenue, 0) // 19.98
 */
export const caseWhen = <A extends Scalar>(when: Expr<boolean>, value: Expr<A>, otherwise: Operand<A>): Expr<A> => {
  const other = nodeOf(otherwise, value.node.kind)
  return new Expr({
    op: "caseWhen",
    kind: widest(value.node.kind, other.kind),
    when: when.node,
    value: value.node,
    otherwise: other,
  })
}

/**
 * Whether the value is one of those listed.
 *
 * @example
 * Expr.oneOf(sale.store_id, [11n, 12n]) // true
 */
export const oneOf = <A extends bigint | string>(of: Expr<A>, values: ReadonlyArray<A>): Expr<boolean> =>
  new Expr({
    op: "oneOf",
    kind: "boolean",
    of: of.node,
    values: values.map((value) => literal(value, of.node.kind)),
  })

/**
 * Characters (code points) of a text.
 *
 * @example
 * Expr.length(sale.transaction_id) // 3
 */
export const length = (of: Expr<string>): Expr<bigint> => new Expr({ op: "length", kind: "integer", of: of.node })
