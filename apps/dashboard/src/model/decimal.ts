/** Exact arithmetic on decimals as text. No figure is ever a float: a float has fifteen digits, and a total may have more. */

/** `units` × 10^-`scale`. */
interface Exact {
  readonly units: bigint
  readonly scale: number
}

/** A figure as the server sends it: a decimal or a large whole number is text, a small one a number. */
export type Numeric = string | number

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/

/** The exact value, or undefined for text that is no number. */
const exact = (value: Numeric): Exact | undefined => {
  const match = PLAIN.exec(String(value))
  if (match === null) return undefined
  const [, sign = "", whole = "", fraction = ""] = match
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length }
}

export const isNumeric = (value: unknown): value is Numeric =>
  (typeof value === "string" || typeof value === "number") && PLAIN.test(String(value))

const rescaled = ({ units, scale }: Exact, to: number): bigint => units * 10n ** BigInt(to - scale)

const print = (units: bigint, scale: number): string => {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0")
  const whole = digits.slice(0, digits.length - scale)
  return `${units < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(digits.length - scale)}`}`
}

/** `a - b`, with the digits of the finer one. */
export const difference = (a: Numeric, b: Numeric): string | undefined => {
  const [left, right] = [exact(a), exact(b)]
  if (left === undefined || right === undefined) return undefined
  const scale = Math.max(left.scale, right.scale)
  return print(rescaled(left, scale) - rescaled(right, scale), scale)
}

/** Rounded half away from zero, as the platform rounds ratios. */
const divide = (over: bigint, under: bigint): bigint => {
  const positive = over < 0n === under < 0n
  const [a, b] = [over < 0n ? -over : over, under < 0n ? -under : under]
  const quotient = (2n * a + b) / (2n * b)
  return positive ? quotient : -quotient
}

/**
 * How much `now` is more than `before`, as a share of it with three decimal places ("0.125" is 12.5 % more). Undefined where
 * there is nothing to compare with, or what was before isn't positive: a share of it would say nothing.
 */
export const change = (now: Numeric, before: Numeric): string | undefined => {
  const [left, right] = [exact(now), exact(before)]
  if (left === undefined || right === undefined) return undefined
  if (left.units === 0n && right.units === 0n) return "0.000"
  if (right.units <= 0n) return undefined
  const scale = Math.max(left.scale, right.scale)
  const base = rescaled(right, scale)
  return print(divide((rescaled(left, scale) - base) * 1000n, base), 3)
}

/** -1, 0 or 1, as the value is below, at or above zero. */
export const sign = (value: Numeric): -1 | 0 | 1 => {
  const units = exact(value)?.units ?? 0n
  return units < 0n ? -1 : units > 0n ? 1 : 0
}

/** How many decimal places it takes to show the value: those behind the last one that isn't zero are left out. */
export const placesOf = (value: Numeric): number => {
  const [, fraction = ""] = String(value).split(".")
  return fraction.replace(/0+$/, "").length
}

/** For the length of a line or a bar, and for nothing that anybody reads. */
export const forDrawing = (value: Numeric): number => Number(value)

/** Whether `a` comes before `b`, for sorting: negative, zero or positive. */
export const compare = (a: Numeric, b: Numeric): number => {
  const [left, right] = [exact(a), exact(b)]
  if (left === undefined || right === undefined) return 0
  const scale = Math.max(left.scale, right.scale)
  const [x, y] = [rescaled(left, scale), rescaled(right, scale)]
  return x < y ? -1 : x > y ? 1 : 0
}
