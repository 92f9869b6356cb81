/**
 * Other ways to write a value, as rewritings of text: patterns that JavaScript, DuckDB and polars understand alike, so that
 * all of them read the same.
 */
import type { Field } from "../fields.ts"
import type { ColumnForms, Written, WrittenDecimal, WrittenInteger } from "./leniency.ts"
import { dayRewrite, momentRewrite, type Rewrite } from "./patterns.ts"

const BLANKS = "[ \\t]*"
const whole = (pattern: string): string => `^${BLANKS}[+-]?${pattern}${BLANKS}$`

/** By the sign in an example. Swiss and French writers have several of theirs. */
const GROUPING: Readonly<Record<string, string>> = {
  ".": "\\.",
  ",": ",",
  " ": "[ \u00a0\u202f]",
  "'": "['\u2019]",
}

/** `0.123` has no groups: whoever writes it means a fraction. */
const grouped = (sign: string): string => `[1-9][0-9]{0,2}(?:${sign}[0-9]{3})+`

const signs = (example: string): { readonly group?: string; readonly mark?: string } => {
  const [, group, mark] = /^(?:1(.)?234|3)(?:(.)[05])?$/.exec(example) ?? []
  return {
    ...(group === undefined ? {} : { group: GROUPING[group] ?? group }),
    ...(mark === undefined ? {} : { mark: mark === "." ? "\\." : mark }),
  }
}

const remove = (find: string) => ({ find, replace: "" })

/**
 * How texts of whole numbers are rewritten, so that only digits are left.
 *
 * @example
 * rewritten("3.0", integerRewrites("3.0")) // 3
 * rewritten("3.5", integerRewrites("3.0")) // 3.5
 * rewritten("1'234'567", integerRewrites("1'234")) // 1234567
 * rewritten("-1.234,00", integerRewrites("1.234,0")) // -1234
 */
export const integerRewrites = (example: WrittenInteger): ReadonlyArray<Rewrite> => {
  const { group, mark } = signs(example)
  const zeros = mark === undefined ? "" : `${mark}0+`
  const withoutZeros = mark === undefined ? [] : [remove(zeros)]
  return [
    ...(group === undefined
      ? []
      : [
          {
            matches: whole(`${grouped(group)}${zeros === "" ? "" : `(?:${zeros})?`}`),
            steps: [...withoutZeros, remove(group)],
          },
        ]),
    ...(mark === undefined ? [] : [{ matches: whole(`[0-9]+${zeros}`), steps: withoutZeros }]),
  ]
}

/**
 * How texts of numbers are rewritten, so that they have a decimal point. Where the comma is the decimal mark, a point that
 * groups no digits makes the text no number: it might be meant either way.
 *
 * @example
 * rewritten("1234,5", decimalRewrites("1234,5")) // 1234.5
 * rewritten("1.234,5", decimalRewrites("1.234,5")) // 1234.5
 * rewritten("1.500", decimalRewrites("1.234,5")) // 1500
 * rewritten("1.5", decimalRewrites("1.234,5")) // 1?5
 * rewritten("1,234,567.5", decimalRewrites("1,234.5")) // 1234567.5
 */
export const decimalRewrites = (example: WrittenDecimal): ReadonlyArray<Rewrite> => {
  const { group, mark = "\\." } = signs(example)
  const comma = mark === "," ? [{ find: ",", replace: "." }] : []
  return [
    ...(group === undefined
      ? []
      : [{ matches: whole(`${grouped(group)}(?:${mark}[0-9]*)?`), steps: [remove(group), ...comma] }]),
    ...(mark === ","
      ? [
          { matches: whole("(?:[0-9]+,[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?"), steps: comma },
          { matches: "\\.", steps: [{ find: "\\.", replace: "?" }] },
        ]
      : []),
  ]
}

const replacement = (text: string): string => text.replaceAll("$", "$$$$").replaceAll(/\{(\d)\}/g, "$$$1")

const expressions = new Map<string, RegExp>()
const expression = (source: string, flags?: "g"): RegExp => {
  const key = `${flags ?? ""}/${source}`
  const known = expressions.get(key) ?? new RegExp(source, flags)
  expressions.set(key, known)
  return known
}

/** The first rewriting that a text matches. */
export const rewriteFor = (text: string, rewrites: ReadonlyArray<Rewrite>): Rewrite | undefined =>
  rewrites.find(({ matches }) => expression(matches).test(text))

/**
 * The text as the first rewriting that it matches leaves it.
 *
 * @example
 * rewritten("7.0", integerRewrites("3.0")) // 7
 */
export const rewritten = (text: string, rewrites: ReadonlyArray<Rewrite>): string =>
  (rewriteFor(text, rewrites)?.steps ?? []).reduce(
    (left, { find, replace }) => left.replaceAll(expression(find, "g"), replacement(replace)),
    text,
  )

/** Whether the way of writing is a pattern of days or moments. */
export const isPattern = (written: Written | undefined): written is Exclude<Written, string> =>
  typeof written === "object"

/** The rewritings of a column's text; those of moments leave the time that the clocks showed. */
export const rewritesOf = ({ column }: Field, { written }: ColumnForms): ReadonlyArray<Rewrite> => {
  if (written === undefined) return []
  if (isPattern(written)) return [column.kind === "date" ? dayRewrite(written) : momentRewrite(written)]
  return column.kind === "integer"
    ? integerRewrites(written as WrittenInteger)
    : decimalRewrites(written as WrittenDecimal)
}
