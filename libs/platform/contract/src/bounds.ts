/**
 * What a column's values can be at most: what its kind can hold, narrowed by the checks of its Schema. Nothing outside
 * is ever accepted, so the types of tables and KPIs rest on it.
 */
import { BigDecimal } from "effect"
import type { Field, FieldCheck } from "./fields.ts"

/** The least and the greatest value, both included. */
export interface Bounds {
  readonly least: BigDecimal.BigDecimal
  readonly greatest: BigDecimal.BigDecimal
}

export const whole = (least: bigint, greatest: bigint): Bounds => ({
  least: BigDecimal.fromBigInt(least),
  greatest: BigDecimal.fromBigInt(greatest),
})

/** A signed integer of 64 bits. */
export const INT64 = whole(-(2n ** 63n), 2n ** 63n - 1n)

/** The characters of a text that nothing else limits: more, no engine keeps in one value. */
export const LONGEST_TEXT = 2n ** 31n - 1n

/**
 * The moments that have a business date in every engine, in every time zone and with every cut-off: from 1900-01-03 up
 * to, but not with, 9999-12-30, in epoch seconds. Spark writes no older timestamps, and Python's calendar ends with the
 * year 9999.
 */
export const MOMENTS = { from: -2_208_816_000, before: 253_402_128_000 } as const

const least = (value: unknown): Partial<Bounds> => ({ least: BigDecimal.fromStringUnsafe(String(value)) })
const greatest = (value: unknown): Partial<Bounds> => ({ greatest: BigDecimal.fromStringUnsafe(String(value)) })
const ONE = BigDecimal.fromBigInt(1n)
const after = (value: unknown): Partial<Bounds> => ({
  least: BigDecimal.sum(BigDecimal.fromStringUnsafe(String(value)), ONE),
})
const before = (value: unknown): Partial<Bounds> => ({
  greatest: BigDecimal.subtract(BigDecimal.fromStringUnsafe(String(value)), ONE),
})

/** The checks of whole numbers that say how small or large a value may be; others narrow nothing. */
const narrowing: Readonly<Record<string, (payload: Readonly<Record<string, unknown>>) => Partial<Bounds>>> = {
  "effect/schema/isGreaterThanBigInt": (payload) => after(payload["exclusiveMinimum"]),
  "effect/schema/isGreaterThanOrEqualToBigInt": (payload) => least(payload["minimum"]),
  "effect/schema/isLessThanBigInt": (payload) => before(payload["exclusiveMaximum"]),
  "effect/schema/isLessThanOrEqualToBigInt": (payload) => greatest(payload["maximum"]),
  "effect/schema/isBetweenBigInt": (payload) => ({
    ...(payload["exclusiveMinimum"] === true ? after(payload["minimum"]) : least(payload["minimum"])),
    ...(payload["exclusiveMaximum"] === true ? before(payload["maximum"]) : greatest(payload["maximum"])),
  }),
}

const narrowed = (bounds: Bounds, check: FieldCheck): Bounds => {
  const by = narrowing[check.id]?.((check.payload ?? {}) as Readonly<Record<string, unknown>>) ?? {}
  return {
    least: by.least === undefined ? bounds.least : BigDecimal.max(bounds.least, by.least),
    greatest: by.greatest === undefined ? bounds.greatest : BigDecimal.min(bounds.greatest, by.greatest),
  }
}

/** The bounds of a numeric column; none of a text, a moment or a date, which are not calculated with exactly. */
export const fieldBounds = ({ column, checks }: Field): Bounds | undefined => {
  switch (column.kind) {
    case "integer":
      return checks.reduce(narrowed, INT64)
    case "decimal": {
      const limit = BigDecimal.make(10n ** BigInt(column.precision) - 1n, column.scale)
      return { least: BigDecimal.negate(limit), greatest: limit }
    }
    default:
      return undefined
  }
}

/** The most characters that a text column may have. */
export const longestText = ({ checks }: Field): bigint =>
  checks.reduce((most, check) => {
    const payload = (check.payload ?? {}) as Readonly<Record<string, unknown>>
    const maximum = check.id === "effect/schema/isMaxCodePoints" ? BigInt(Number(payload["maxCodePoints"])) : most
    return maximum < most ? maximum : most
  }, LONGEST_TEXT)
