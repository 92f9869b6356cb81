/** Interval arithmetic: the least and the greatest value that an exact expression can have. */
import { BigDecimal } from "effect"
import { type Bounds, fieldBounds, INT64, longestText, LONGEST_TEXT, whole } from "../bounds.ts"
import type { Field } from "../fields.ts"
import type { Node } from "./node.ts"

const hull = (all: ReadonlyArray<BigDecimal.BigDecimal>): Bounds => ({
  least: all.reduce(BigDecimal.min),
  greatest: all.reduce(BigDecimal.max),
})

const either = (one: Bounds, other: Bounds): Bounds => hull([one.least, one.greatest, other.least, other.greatest])

const negated = ({ least, greatest }: Bounds): Bounds => ({
  least: BigDecimal.negate(greatest),
  greatest: BigDecimal.negate(least),
})

const product = (left: Bounds, right: Bounds): Bounds =>
  hull([
    BigDecimal.multiply(left.least, right.least),
    BigDecimal.multiply(left.least, right.greatest),
    BigDecimal.multiply(left.greatest, right.least),
    BigDecimal.multiply(left.greatest, right.greatest),
  ])

const ZERO = BigDecimal.fromBigInt(0n)

const absolute = (of: Bounds): Bounds => {
  if (BigDecimal.isGreaterThanOrEqualTo(of.least, ZERO)) return of
  const mirrored = negated(of)
  if (BigDecimal.isLessThanOrEqualTo(of.greatest, ZERO)) return mirrored
  return { least: ZERO, greatest: BigDecimal.max(of.greatest, mirrored.greatest) }
}

/** The bounds of an integer or decimal expression over a row with these fields. */
export const boundsOf = (node: Node, fieldOf: (name: string) => Field | undefined): Bounds => {
  const of = (inner: Node): Bounds => boundsOf(inner, fieldOf)
  switch (node.op) {
    case "column": {
      const field = fieldOf(node.name)
      return (field && fieldBounds(field)) ?? INT64
    }
    case "literal": {
      const value = BigDecimal.fromStringUnsafe(String(node.value))
      return { least: value, greatest: value }
    }
    case "add":
    case "subtract": {
      const [left, right] = [of(node.left), node.op === "add" ? of(node.right) : negated(of(node.right))]
      return {
        least: BigDecimal.sum(left.least, right.least),
        greatest: BigDecimal.sum(left.greatest, right.greatest),
      }
    }
    case "multiply":
      return product(of(node.left), of(node.right))
    case "negate":
      return negated(of(node.of))
    case "abs":
      return absolute(of(node.of))
    case "sign":
      return whole(-1n, 1n)
    case "localHour":
      return whole(0n, 23n)
    case "coalesce":
      return either(of(node.of), of(node.otherwise))
    case "caseWhen":
      return either(of(node.value), of(node.otherwise))
    case "length": {
      const field = node.of.op === "column" ? fieldOf(node.of.name) : undefined
      return whole(0n, field === undefined ? LONGEST_TEXT : longestText(field))
    }
    default:
      return INT64
  }
}
