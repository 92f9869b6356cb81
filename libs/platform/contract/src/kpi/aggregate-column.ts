/** The column that an aggregate needs, whatever it comes to. */
import { BigDecimal } from "effect"
import type { Column } from "../annotations.ts"
import { type Bounds, INT64, whole } from "../bounds.ts"
import { boundsOf } from "../expression/bounds.ts"
import { columnsRead, type Node } from "../expression/node.ts"
import { precisionOf } from "../expression/precision.ts"
import type { Field } from "../fields.ts"
import type { Aggregate } from "./measure.ts"

/**
 * The most rows that one group of a KPI (a period and its dimensions) is computed from: a thousand times what the
 * largest retailers ring up in a day, thirty times what they do in a month. Sums must fit their table's type for as many.
 */
export const MOST_ROWS = 1_000_000_000n

/** The longest number that every engine and table can hold. */
const LONGEST = 38
/** A sum's type has ten digits more than a row's, as Spark gives it: one more than `MOST_ROWS` needs. */
const SUM_DIGITS = 10

const digitsOf = ({ least, greatest }: Bounds, scale: number): number => {
  const size = BigDecimal.max(BigDecimal.abs(least), BigDecimal.abs(greatest))
  return BigDecimal.scale(size, scale).value.toString().length
}

export const within = (inner: Bounds, outer: Bounds): boolean =>
  BigDecimal.isGreaterThanOrEqualTo(inner.least, outer.least) &&
  BigDecimal.isLessThanOrEqualTo(inner.greatest, outer.greatest)

/** What an aggregate's value can be. A sum passes through no number outside of them, in whatever order it is added. */
const aggregateBounds = (aggregate: Exclude<Aggregate, { readonly op: "count" }>, fieldOf: FieldOf): Bounds => {
  if (aggregate.op === "countWhere" || aggregate.op === "countDistinct") return whole(0n, MOST_ROWS)
  const one = boundsOf(aggregate.of, fieldOf)
  if (aggregate.op !== "sum") return one
  const rows = BigDecimal.fromBigInt(MOST_ROWS)
  return {
    least: BigDecimal.min(one.least, BigDecimal.multiply(one.least, rows)),
    greatest: BigDecimal.max(one.greatest, BigDecimal.multiply(one.greatest, rows)),
  }
}

export type FieldOf = (name: string) => Field | undefined

/** The column that holds whatever the aggregate can come to, or why there is none. */
export const aggregateColumn = (aggregate: Aggregate, fieldOf: FieldOf): Column | { readonly problem: string } => {
  if (aggregate.op === "count") return { kind: "integer" }
  const bounds = aggregateBounds(aggregate, fieldOf)
  if (aggregate.op === "countWhere" || aggregate.op === "countDistinct" || aggregate.of.kind === "integer") {
    if (within(bounds, INT64)) return { kind: "integer" }
    const digits = digitsOf(bounds, 0)
    return digits <= LONGEST ? { kind: "integer", digits } : tooLong(digits, aggregate.of)
  }
  const { precision, scale } = precisionOf(aggregate.of, (name) => fieldOf(name)?.column)
  const usual = aggregate.op === "sum" ? precision + SUM_DIGITS : precision
  if (usual <= LONGEST) return { kind: "decimal", precision: usual, scale }
  const needed = digitsOf(bounds, scale)
  return needed <= LONGEST ? { kind: "decimal", precision: LONGEST, scale } : tooLong(needed, aggregate.of)
}

const tooLong = (needed: number, of: Node) => ({
  problem:
    `can come to a number of ${needed} digits, and a table holds ${LONGEST} at most. ` +
    `Narrow the bounds of ${columnsRead(of).join(" and ")} in the row's Schema (a check such as between), ` +
    `or sum up something smaller: a group may have ${MOST_ROWS} rows`,
})

/** A measure as its table holds it. */
export interface StoredMeasure {
  readonly name: string
  readonly aggregate: Aggregate
  readonly column: Column
}
