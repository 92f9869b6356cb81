import type { Column } from "../annotations.ts"
import type { Node } from "./node.ts"

/** Digits of an exact number in all, and behind the point. */
export interface Precision {
  readonly precision: number
  readonly scale: number
}

const INT64: Precision = { precision: 19, scale: 0 }

const literalPrecision = (text: string): Precision => {
  const [whole = "", fraction = ""] = text.replace(/^[+-]/, "").split(".")
  return { precision: Math.max(1, whole.length + fraction.length), scale: fraction.length }
}

const widest = (left: Precision, right: Precision): Precision => {
  const scale = Math.max(left.scale, right.scale)
  return { precision: Math.max(left.precision - left.scale, right.precision - right.scale) + scale, scale }
}

/**
 * How many digits the value of an exact expression can have, so that a table's type never overflows and an engine whose
 * decimals are too short can refuse in advance.
 */
export const precisionOf = (node: Node, columnOf: (name: string) => Column | undefined): Precision => {
  const of = (inner: Node): Precision => precisionOf(inner, columnOf)
  switch (node.op) {
    case "column": {
      const column = columnOf(node.name)
      if (column?.kind === "decimal") return { precision: column.precision, scale: column.scale }
      return column?.kind === "integer" && column.digits !== undefined ? { precision: column.digits, scale: 0 } : INT64
    }
    case "literal":
      return literalPrecision(String(node.value))
    case "add":
    case "subtract": {
      const { precision, scale } = widest(of(node.left), of(node.right))
      return { precision: precision + 1, scale }
    }
    case "multiply": {
      const [left, right] = [of(node.left), of(node.right)]
      return { precision: left.precision + right.precision, scale: left.scale + right.scale }
    }
    case "negate":
    case "abs":
      return of(node.of)
    case "sign":
      return { precision: 1, scale: 0 }
    case "localHour":
      return { precision: 2, scale: 0 }
    case "coalesce":
      return widest(of(node.of), of(node.otherwise))
    case "caseWhen":
      return widest(of(node.value), of(node.otherwise))
    default:
      return INT64
  }
}
