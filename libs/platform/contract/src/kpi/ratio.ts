/** Measures that are not stored: the ratio of two that are, divided where it is read. */
import { BigDecimal } from "effect"
import { Decimal } from "../columns.ts"
import { decimal } from "../expression/evaluate.ts"
import type { Exact } from "../expression/expr.ts"
import type { StoredMeasure } from "./aggregate-column.ts"

/** One measure for each unit of another, such as sales per receipt. */
export interface RatioDefinition<Name extends string> {
  /** What is divided. */
  readonly of: Name
  /** By what it is divided. Where that is zero the ratio is missing. */
  readonly per: Name
  /** Digits behind the point. A half is rounded away from zero. */
  readonly digits: number
  /** What the number means, in words. */
  readonly description: string
}

export interface Ratio extends RatioDefinition<string> {
  readonly name: string
}

const size = (value: bigint): bigint => (value < 0n ? -value : value)

/**
 * The exact quotient, rounded once, a half away from zero; `undefined` where it is divided by zero. Every reader of a KPI
 * divides by this function.
 */
export const divide = (of: Exact, per: Exact, digits: number): BigDecimal.BigDecimal | undefined => {
  const [above, below] = [decimal(of), decimal(per)]
  const scale = Math.max(above.scale, below.scale)
  const numerator = BigDecimal.scale(above, scale).value * 10n ** BigInt(digits)
  const denominator = BigDecimal.scale(below, scale).value
  if (denominator === 0n) return undefined
  const doubled = 2n * size(numerator) + size(denominator)
  const rounded = doubled / (2n * size(denominator))
  return BigDecimal.make(numerator < 0n === denominator < 0n ? rounded : -rounded, digits)
}

/** Digits that a quotient can have at most: all of the number above, and one more for each behind the point below. */
export const ratioSchema = ({ digits, description }: Ratio, of: StoredMeasure, per: StoredMeasure) => {
  const [above, below] = [lengthOf(of), lengthOf(per)]
  return Decimal(above.precision - above.scale + below.scale + digits + 1, digits).annotate({ description })
}

const lengthOf = ({ column }: StoredMeasure) =>
  column.kind === "decimal" ? column : { precision: (column.kind === "integer" && column.digits) || 19, scale: 0 }

const ADDS_UP = new Set(["sum", "count", "countWhere", "countDistinct"])

export const ratioProblems = (
  ratios: ReadonlyArray<Ratio>,
  measures: ReadonlyArray<StoredMeasure>,
): ReadonlyArray<string> =>
  ratios.flatMap(({ name, of, per, digits }) => [
    ...[of, per]
      .filter((one) => !measures.some((measure) => measure.name === one && ADDS_UP.has(measure.aggregate.op)))
      .map((one) => `${name} is a ratio of ${one}, which is no sum or count of this KPI`),
    ...(Number.isInteger(digits) && digits >= 0 && digits <= 18
      ? []
      : [`${name} needs a whole number of digits behind the point, 0 to 18`]),
  ])

/** A row as it is stored, completed by its ratios. */
export const withRatios = <Row extends Readonly<Record<string, unknown>>>(
  ratios: ReadonlyArray<Ratio>,
  row: Row,
): Row & Readonly<Record<string, unknown>> => {
  const found = ratios.flatMap(({ name, of, per, digits }) => {
    const value = divide(row[of] as Exact, row[per] as Exact, digits)
    return value === undefined ? [] : [[name, value] as const]
  })
  return found.length === 0 ? row : { ...row, ...Object.fromEntries(found) }
}
