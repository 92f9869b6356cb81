/** What makes no sense in declared leniency: types refuse most of it, and this the rest, in words. */
import { DAY, FALSE_SPELLINGS, TIMESTAMP, TRUE_SPELLINGS } from "../calendar.ts"
import type { Field } from "../fields.ts"
import { repeated } from "../names.ts"
import { DECIMAL, INTEGER } from "../numbers.ts"
import { formsFor, prefixesOf } from "./forms.ts"
import type { ColumnForms, Forms, Leniency, Trailer, Written } from "./leniency.ts"
import { isZone } from "./local-time.ts"
import { dayPatternProblems, momentPatternProblems } from "./patterns.ts"
import { isPattern, rewriteFor, rewritesOf } from "./rewrites.ts"

interface Lenient {
  readonly fields: ReadonlyArray<Field>
  readonly leniency?: Leniency
}

/** What can't stand at the edge of a name or a word: it is not told from the text without it. */
const EDGES = /^\s|\s$|^$/

const kindProblem = ({ column: { kind } }: Field, written: Written): string | undefined => {
  if (kind === "text" || kind === "oneOf" || kind === "boolean") return "its values are written in one way only"
  if (kind === "date") return isPattern(written) && !("zone" in written) ? undefined : "a day is written by a pattern"
  if (kind === "timestamp" || kind === "epochSeconds")
    return isPattern(written) && "zone" in written
      ? undefined
      : "a moment is written by a pattern and the zone of its clocks"
  if (isPattern(written)) return "a pattern is for days and moments"
  const isWhole = /^(?:3[.,]0|1[., ']234(?:[.,]0)?)$/.test(written)
  return isWhole === (kind === "integer") ? undefined : `${written} is no example of how such a number is written`
}

const writtenProblems = (field: Field, written: Written): ReadonlyArray<string> => {
  const wrong = kindProblem(field, written)
  if (wrong !== undefined) return [wrong]
  if (!isPattern(written)) return []
  const { pattern } = written
  const problems = field.column.kind === "date" ? dayPatternProblems(pattern) : momentPatternProblems(pattern)
  return [
    ...problems.map((problem) => `the pattern ${pattern}: ${problem}`),
    ...("zone" in written && !isZone(written.zone) ? [`there is no time zone ${written.zone}`] : []),
  ]
}

/** Whether the column reads the word as a value, so that it can't also mean that there is none. */
const isValue = (field: Field, word: string, forms: ColumnForms): boolean => {
  const { column } = field
  if (rewriteFor(word, rewritesOf(field, forms)) !== undefined) return true
  switch (column.kind) {
    case "integer":
      return INTEGER.test(word)
    case "decimal":
    case "epochSeconds":
      return DECIMAL.test(word)
    case "date":
      return DAY.test(word)
    case "timestamp":
      return TIMESTAMP.test(word)
    case "boolean":
      return [...TRUE_SPELLINGS, ...FALSE_SPELLINGS].some((one) => one === word)
    case "oneOf":
      return column.values.includes(word)
    case "text":
      return false
  }
}

const missingProblems = (field: Field, forms: ColumnForms): ReadonlyArray<string> => {
  const { missing } = forms
  if (missing === undefined) return []
  return [
    ...(missing.length === 0 ? ["it names no word for a missing value"] : []),
    ...(field.required ? ["it is required, so no word can say that it is missing"] : []),
    ...repeated(missing).map((word) => `it names ${word} twice`),
    ...missing.filter((word) => EDGES.test(word)).map((word) => `"${word}" is empty or has spaces at its edge`),
    ...missing
      .filter((word) => isValue(field, word, forms))
      .map((word) => `${word} is a value, so it can't say that there is none`),
  ]
}

const columnProblems = (field: Field, forms: ColumnForms): ReadonlyArray<string> => {
  const { alsoCalled = [], written } = forms
  const ofWriting = written === undefined ? [] : writtenProblems(field, written)
  return [
    ...ofWriting,
    ...(ofWriting.length > 0 ? [] : missingProblems(field, forms)),
    ...alsoCalled.filter((name) => EDGES.test(name)).map((name) => `"${name}" can't be the name of a column`),
  ].map((problem) => `${field.name}: ${problem}`)
}

const nameProblems = (fields: ReadonlyArray<Field>, { columns = {} }: Forms): ReadonlyArray<string> => {
  const others = Object.values(columns).flatMap(({ alsoCalled = [] }) => alsoCalled)
  return [
    ...others
      .filter((name) => fields.some((field) => field.name === name))
      .map((name) => `${name} is a column of its own`),
    ...repeated(others).map((name) => `two columns are also called ${name}`),
  ]
}

const ROWS = "{rows}"
const ANY = "{any}"

const trailerProblems = ({ cells }: Trailer): ReadonlyArray<string> => [
  ...(cells.some((cell) => cell !== ANY && cell !== "") ? [] : ["nothing in the trailer tells it from a row"]),
  ...(cells.filter((cell) => cell === ROWS).length > 1 ? ["the trailer counts rows twice"] : []),
  ...cells
    .filter((cell) => /["\r\n]/.test(cell) || (/[{}]/.test(cell) && cell !== ROWS && cell !== ANY))
    .map((cell) => `the trailer's ${cell} is neither plain text nor ${ROWS} or ${ANY}`),
]

/** Whether a trailer can be told from a row: a file of one column has rows of one cell, too. */
const trailerAmong = (fields: ReadonlyArray<Field>, { trailer }: Forms): ReadonlyArray<string> => {
  if (trailer === undefined) return []
  const isBare = trailer.cells.every((cell) => cell === ROWS || cell === ANY || cell === "")
  const least = fields.filter(({ required }) => required).length
  return [
    ...trailerProblems(trailer),
    ...(isBare && trailer.cells.length >= least
      ? ["the trailer has no text of its own and as many cells as a row may have: it could be one"]
      : []),
  ]
}

const isEmpty = ({ columns = {}, trailer }: Forms): boolean =>
  trailer === undefined && Object.values(columns).every((forms) => Object.keys(forms).length === 0)

const formsProblems = (fields: ReadonlyArray<Field>, forms: Forms): ReadonlyArray<string> => [
  ...Object.keys(forms.columns ?? {})
    .filter((name) => !fields.some((field) => field.name === name))
    .map((name) => `there is no column ${name}`),
  ...fields.flatMap((field) => columnProblems(field, forms.columns?.[field.name] ?? {})),
  ...nameProblems(fields, forms),
  ...trailerAmong(fields, forms),
]

/** Every problem of declared leniency, each told once. */
export const leniencyProblems = ({ fields, leniency }: Lenient): ReadonlyArray<string> => {
  if (leniency === undefined) return []
  const { from = {} } = leniency
  const prefixes = prefixesOf(leniency)
  const problems = [
    ...(isEmpty(leniency) && prefixes.length === 0 ? ["it declares nothing"] : []),
    ...prefixes.filter((prefix) => isEmpty(from[prefix] ?? {})).map((prefix) => `${prefix} declares nothing`),
    ...prefixes
      .filter((prefix) => !/^incoming\/.+\/$/.test(prefix))
      .map((prefix) => `${prefix} is no prefix such as incoming/acme/`),
    ...["", ...prefixes].flatMap((prefix) => formsProblems(fields, formsFor(leniency, prefix))),
  ]
  return [...new Set(problems)].map((problem) => `leniency: ${problem}`)
}
