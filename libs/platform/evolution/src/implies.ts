/** Whether one condition can only be TRUE where another is: what makes a changed rule looser without doubt. */
import type { Node } from "@pos/contract"
import { BigDecimal } from "effect"
import { canonicalLine } from "./canonical-text.ts"

const same = (one: Node, other: Node): boolean => canonicalLine(one) === canonicalLine(other)

const numberOf = (node: Node): BigDecimal.BigDecimal | undefined => {
  if (node.op !== "literal" || node.kind === "text" || node.kind === "boolean") return undefined
  return BigDecimal.fromStringUnsafe(String(node.value))
}

type Ordered = Extract<Node, { readonly left: Node }> & { readonly op: "lt" | "lte" | "gt" | "gte" }

const isOrdered = (node: Node): node is Ordered =>
  node.op === "lt" || node.op === "lte" || node.op === "gt" || node.op === "gte"

/** `x > 5` implies `x > 3` and `x >= 5`, of the same `x`. */
const comparisonImplies = (one: Ordered, other: Ordered): boolean => {
  const [a, b] = [numberOf(one.right), numberOf(other.right)]
  if (a === undefined || b === undefined || !same(one.left, other.left)) return false
  if (one.op.slice(0, 2) !== other.op.slice(0, 2)) return false
  const beyond = one.op.startsWith("g") ? BigDecimal.isGreaterThan(a, b) : BigDecimal.isLessThan(a, b)
  return beyond || (BigDecimal.equals(a, b) && (one.op === other.op || other.op.endsWith("e")))
}

/**
 * `true`: wherever `one` is TRUE, `other` is. `false`: that is not so, or nobody can tell. Missing values make a
 * condition neither TRUE nor FALSE, and it implies nothing then.
 */
export const implies = (one: Node, other: Node): boolean => {
  if (same(one, other)) return true
  if (one.op === "or") return one.all.every((part) => implies(part, other))
  if (other.op === "and") return other.all.every((part) => implies(one, part))
  if (one.op === "and") return one.all.some((part) => implies(part, other)) || anyOf(one, other)
  if (anyOf(one, other)) return true
  if (one.op === "oneOf" && other.op === "oneOf" && same(one.of, other.of))
    return one.values.every((value) => other.values.some((allowed) => same(value, allowed)))
  return isOrdered(one) && isOrdered(other) && comparisonImplies(one, other)
}

const anyOf = (one: Node, other: Node): boolean => other.op === "or" && other.all.some((part) => implies(one, part))
