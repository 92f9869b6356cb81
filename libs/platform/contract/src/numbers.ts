/** How numbers are read from text. Every engine that the contract compiles to is held to these functions. */
import { BigDecimal, Result } from "effect"

/** A whole number: spaces and tabs around, a plus and leading zeros lose nothing and are accepted. */
export const INTEGER = /^[ \t]*[+-]?[0-9]+[ \t]*$/
/** A decimal as people and programs write floats, exponent included. */
export const DECIMAL = /^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*$/
/** What programs print for values that are no number. */
export const NOT_FINITE = /^[ \t]*[+-]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?)[ \t]*$/

export type NumberReason = "not_an_integer" | "not_a_number" | "not_finite" | "out_of_range"

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

/** A signed 64-bit integer. */
export const parseInteger = (text: string): Result.Result<bigint, NumberReason> => {
  if (!INTEGER.test(text)) return Result.fail("not_an_integer")
  const value = BigInt(text.trim())
  return value < MIN_INT64 || value > MAX_INT64 ? Result.fail("out_of_range") : Result.succeed(value)
}

const MANTISSA = /^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/

/**
 * Rounds the written number to `scale` digits, half away from zero: exact, whatever the number of digits.
 * An exponent is followed only as far as it can matter, so `1e-999999999` is zero and costs nothing.
 */
const roundToScale = (text: string, scale: number): bigint => {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = MANTISSA.exec(text) ?? []
  const digits = `${whole}${fraction}`
  const reach = digits.length + 50
  const shift = Math.min(Math.max(Number(exponent), -reach), reach) - fraction.length + scale
  const magnitude =
    shift >= 0
      ? BigInt(digits) * 10n ** BigInt(shift)
      : (BigInt(digits) * 2n + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift))
  return sign === "-" ? -magnitude : magnitude
}

/** A decimal of `precision` digits, rounded half away from zero to `scale` digits behind the point. */
export const parseDecimal = (
  text: string,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): Result.Result<BigDecimal.BigDecimal, NumberReason> => {
  if (NOT_FINITE.test(text)) return Result.fail("not_finite")
  if (!DECIMAL.test(text)) return Result.fail("not_a_number")
  const value = roundToScale(text.trim(), scale)
  const limit = 10n ** BigInt(precision)
  return value <= -limit || value >= limit ? Result.fail("out_of_range") : Result.succeed(BigDecimal.make(value, scale))
}

/** A finite double, as IEEE 754 rounds the written number. */
export const parseDouble = (text: string): Result.Result<number, NumberReason> => {
  if (NOT_FINITE.test(text)) return Result.fail("not_finite")
  if (!DECIMAL.test(text)) return Result.fail("not_a_number")
  const value = Number(text)
  return Number.isFinite(value) ? Result.succeed(value) : Result.fail("not_finite")
}

/**
 * Whether storing `scale` digits behind the point changes the written number: whether a digit other than zero stands
 * further right. Decided by the digits as they are written: `0.10000` no, `0.00001` and `1e-400` yes.
 */
export const losesPrecision = (text: string, scale: number): boolean => {
  const [, , whole = "", fraction = "", exponent = "0"] = MANTISSA.exec(text.trim()) ?? []
  const last = `${whole}${fraction}`.replace(/0+$/, "").length
  return last > 0 && last - whole.length - Number(exponent) > scale
}

/**
 * The moment in whole microseconds, rounded half away from zero: exact, where a double of today's seconds is a fifth of
 * a microsecond off. `text` must be a decimal.
 */
export const wholeMicros = (text: string): bigint => roundToScale(text.trim(), 6)
