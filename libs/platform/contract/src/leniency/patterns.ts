/** Patterns of days and moments: `dd.MM.yyyy HH:mm`. */
import type { WrittenDay } from "./leniency.ts"

/** A text that matches is rewritten, step by step; `{1}` in a replacement is the first group of what was found. */
export interface Rewrite {
  readonly matches: string
  readonly steps: ReadonlyArray<{ readonly find: string; readonly replace: string }>
}

type Part = "year" | "month" | "day" | "hour" | "minute" | "second" | "fraction"

const ONE_OR_TWO = "([0-9]{1,2})"
const TWO = "([0-9]{2})"

const LETTERS: Readonly<Record<string, readonly [Part, string]>> = {
  yyyy: ["year", "([0-9]{4})"],
  MM: ["month", TWO],
  M: ["month", ONE_OR_TWO],
  dd: ["day", TWO],
  d: ["day", ONE_OR_TWO],
  HH: ["hour", TWO],
  H: ["hour", ONE_OR_TWO],
  mm: ["minute", TWO],
  ss: ["second", TWO],
}

interface Parsed {
  readonly regex: string
  /** In the order of the groups. */
  readonly parts: ReadonlyArray<Part>
  readonly problems: ReadonlyArray<string>
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")

const TOKENS = /'([^']*)'|([A-Za-z])\2*|([^A-Za-z']+)|'/g

const parse = (pattern: string): Parsed => {
  let regex = ""
  const parts: Array<Part> = []
  const problems: Array<string> = []
  for (const [token, quoted, letter, other] of pattern.matchAll(TOKENS)) {
    if (quoted !== undefined || other !== undefined) regex += escaped(quoted ?? other ?? "")
    else if (letter === undefined) problems.push("a quotation mark is not closed")
    else {
      const [part, group] =
        letter === "S" && token.length <= 6
          ? (["fraction", `([0-9]{${token.length}})`] as const)
          : (LETTERS[token] ?? [undefined, ""])
      if (part === undefined) problems.push(`it has ${token}, which means nothing here`)
      else if (parts.includes(part)) problems.push(`it has the ${part} twice`)
      else parts.push(part)
      regex += group
    }
  }
  return { regex, parts, problems }
}

const DAY = ["year", "month", "day"] as const
const TIME = ["hour", "minute", "second", "fraction"] as const

/** Whether a part is there although one that it belongs to is not: seconds without minutes. */
const gap = (parts: ReadonlyArray<Part>): boolean => {
  const present = TIME.map((part) => parts.includes(part))
  return present.some((here, index) => here && index > 0 && present[index - 1] === false)
}

/** Digits of which one can't tell where they end: `dM` reads 111 as the 1st of November and as the 11th of January. */
const AMBIGUOUS = /\{1,2\}\)\(|\)\(\[0-9\]\{1,2\}/

const problemsIn = ({ regex, parts, problems }: Parsed): ReadonlyArray<string> => [
  ...problems,
  ...DAY.filter((part) => !parts.includes(part)).map((part) => `it has no ${part}`),
  ...(AMBIGUOUS.test(regex) ? ["digits of changing number stand beside others"] : []),
]

/** What is wrong with a pattern of days. */
export const dayPatternProblems = (pattern: string): ReadonlyArray<string> => {
  const parsed = parse(pattern)
  return [
    ...problemsIn(parsed),
    ...(pattern === "yyyy-MM-dd" ? ["days are read like this anyway"] : []),
    ...TIME.filter((part) => parsed.parts.includes(part)).map(
      (part) => `a day has no ${part}: write what always stands there in quotation marks`,
    ),
  ]
}

/** What is wrong with a pattern of moments. */
export const momentPatternProblems = (pattern: string): ReadonlyArray<string> => {
  const parsed = parse(pattern)
  return [
    ...problemsIn(parsed),
    ...(parsed.parts.includes("hour") ? [] : ["it has no hour"]),
    ...(gap(parsed.parts) ? ["it has a part of the time without the one before it"] : []),
  ]
}

const at = (parts: ReadonlyArray<Part>, part: Part, otherwise = "00"): string =>
  parts.includes(part) ? `{${parts.indexOf(part) + 1}}` : otherwise

const rewrite = ({ regex }: Parsed, replace: string, pad: { find: string; replace: string }): Rewrite => {
  const matches = `^[ \\t]*${regex}[ \\t]*$`
  return { matches, steps: [{ find: matches, replace }, ...(regex.includes("{1,2}") ? [pad] : [])] }
}

const day = (parts: ReadonlyArray<Part>): string => DAY.map((part) => at(parts, part)).join("-")

/**
 * How texts in a pattern of days are rewritten to `YYYY-MM-DD`. Whether the calendar has the day is another question.
 *
 * @example
 * rewritten("31.01.2026", [dayRewrite({ pattern: "dd.MM.yyyy" })]) // 2026-01-31
 * rewritten("3/1/2026", [dayRewrite({ pattern: "M/d/yyyy" })]) // 2026-03-01
 */
export const dayRewrite = ({ pattern }: WrittenDay): Rewrite => {
  const parsed = parse(pattern)
  return rewrite(parsed, day(parsed.parts), { find: "\\b([0-9])\\b", replace: "0{1}" })
}

/**
 * How texts in a pattern of moments are rewritten to `YYYY-MM-DD hh:mm:ss`, digits of a second behind it.
 *
 * @example
 * rewritten("31.01.2026 18:05", [momentRewrite({ pattern: "dd.MM.yyyy HH:mm" })]) // 2026-01-31 18:05:00
 * rewritten("1/31/2026 9:05:07", [momentRewrite({ pattern: "M/d/yyyy H:mm:ss" })]) // 2026-01-31 09:05:07
 */
export const momentRewrite = ({ pattern }: WrittenDay): Rewrite => {
  const parsed = parse(pattern)
  const { parts } = parsed
  const time = `${at(parts, "hour")}:${at(parts, "minute")}:${at(parts, "second")}`
  const fraction = parts.includes("fraction") ? `.${at(parts, "fraction")}` : ""
  return rewrite(parsed, `${day(parts)} ${time}${fraction}`, { find: "\\b([0-9])([-: ])", replace: "0{1}{2}" })
}
