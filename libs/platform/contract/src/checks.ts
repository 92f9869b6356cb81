/** Constraints on one column's value, each with the reason code of a value that breaks it. */
import { Schema } from "effect"
import "./annotations.ts"

/* oxlint-disable no-control-regex -- to find control characters is what these are for */
/** Unicode's White_Space and the byte order mark: what looks empty to a person. */
export const BLANK = /^[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]*$/
/** Unicode's category Cc. */
export const CONTROL = /[\u0000-\u001F\u007F-\u009F]/
/* oxlint-enable no-control-regex */

/**
 * Something is left after trimming. A blank value counts as missing.
 *
 * @example
 * accepts(Text.check(notBlank), "\u00A0") // false
 */
export const notBlank = Schema.makeFilter((text: string) => !BLANK.test(text), {
  expected: "not empty",
  reason: "missing_value",
  representation: { id: "pos/notBlank", payload: null },
  toJsonSchema: () => ({ pattern: "\\S" }),
})

/**
 * No tabs, line breaks, NULs or other control characters: they break files and screens further on.
 *
 * @example
 * accepts(Text.check(noControlCharacters), "T\t1") // false
 */
export const noControlCharacters = Schema.makeFilter((text: string) => !CONTROL.test(text), {
  expected: "without control characters",
  reason: "control_characters",
  representation: { id: "pos/noControlCharacters", payload: null },
  toJsonSchema: () => ({ pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]*$" }),
})

/**
 * At most so many characters, as people count them (code points, not bytes or UTF-16 units).
 *
 * @example
 * accepts(Text.check(atMostCharacters(1)), "😀") // true
 */
export const atMostCharacters = (maximum: number) =>
  Schema.isMaxCodePoints(maximum, { expected: `at most ${maximum} characters`, reason: "too_long" })

/**
 * One of these texts, exactly.
 *
 * @example
 * accepts(Text.check(isOneOf(["till", "web"])), "Web") // false
 */
export const isOneOf = (values: ReadonlyArray<string>) =>
  Schema.makeFilter((text: string) => values.includes(text), {
    expected: `one of: ${values.join(", ")}`,
    reason: "not_one_of",
    representation: { id: "pos/isOneOf", payload: { values } },
    toJsonSchema: () => ({ enum: values }),
  })

/**
 * A whole number not below `minimum`.
 *
 * @example
 * accepts(Integer.check(atLeast(1n)), 1n) // true
 */
export const atLeast = (minimum: bigint) =>
  Schema.isGreaterThanOrEqualToBigInt(minimum, { expected: `${minimum} or more`, reason: "out_of_range" })

const grouped = (value: bigint): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ",")

/**
 * A whole number from `minimum` to `maximum`, both included.
 *
 * @example
 * accepts(Integer.check(between(1n, 9n)), 10n) // false
 */
export const between = (minimum: bigint, maximum: bigint) =>
  Schema.isBetweenBigInt(
    { minimum, maximum },
    { expected: `from ${grouped(minimum)} to ${grouped(maximum)}`, reason: "out_of_range" },
  )
