/** How DuckDB reads a raw cell: the same functions as the contract's `numbers.ts`, in SQL. */
import {
  type Dataset,
  DAY,
  DECIMAL,
  FALSE_SPELLINGS,
  type Field,
  INTEGER,
  NOT_FINITE,
  TIMESTAMP,
  TRUE_SPELLINGS,
} from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"
import { clockColumn, formColumn, type LenientColumn, lenientColumn, readColumn } from "./lenient.ts"

/** The names under which the `typed` relation keeps what it knows about a column. */
export const rawColumn = (name: string): string => duckdb.identifier(name)
export const wrongColumn = (name: string): string => duckdb.identifier(`${name}__wrong`)
export const valueColumn = (name: string): string => duckdb.identifier(`${name}__value`)
export const microsColumn = (name: string): string => duckdb.identifier(`${name}__micros`)
export const roundedColumn = (name: string): string => duckdb.identifier(`${name}__rounded`)
const digitsColumn = (name: string): string => duckdb.identifier(`${name}__digits`)
const partsColumn = (name: string): string => duckdb.identifier(`${name}__parts`)
export const reasonColumn = (name: string): string => duckdb.identifier(`${name}__reason`)

const matches = (sql: string, pattern: RegExp): string => duckdb.matches(sql, pattern.source)
/** Without spaces and tabs around it. Most cells have none, which is seen in a third of the time that trimming takes. */
export const trimmed = (sql: string): string =>
  `CASE WHEN contains(${sql}, ' ') OR contains(${sql}, chr(9)) THEN trim(${sql}, ' ' || chr(9)) ELSE ${sql} END`

/** A decimal without an exponent: DuckDB reads it exactly and rounds half away from zero. */
const PLAIN = /^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[ \t]*$/
const WITH_EXPONENT = /^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+[ \t]*$/
const PARTS = "^[ \\t]*([+-]?)([0-9]*)\\.?([0-9]*)[eE]([+-]?[0-9]+)[ \\t]*$"

/** A column, and the SQL of its cell's text as it is read: another than the raw one where leniency is declared. */
export interface Cell extends Field {
  readonly text: string
  readonly lenient: LenientColumn | undefined
}

/** A dataset's column, as its cells are read. */
export const cellOf =
  (data: Dataset) =>
  (field: Field): Cell => {
    const lenient = lenientColumn(data, field)
    return { ...field, lenient, text: lenient === undefined ? rawColumn(field.name) : readColumn(field.name) }
  }

/** The columns of `raw` about a cell, beside the raw one. */
export const readingColumns = ({ name, lenient }: Cell): ReadonlyArray<string> => {
  if (lenient === undefined) return []
  return [
    readColumn(name),
    ...(lenient.otherForm ? [formColumn(name)] : []),
    ...(lenient.clock ? [clockColumn(name)] : []),
  ]
}

const isFraction = ({ column }: Field): boolean => column.kind === "decimal" || column.kind === "epochSeconds"

/** Columns that `digitsOf` needs beside the raw ones: the parts of a number that has an exponent. */
export const partsOf = (field: Cell): ReadonlyArray<string> => {
  if (!isFraction(field)) return []
  const raw = field.text
  const parts = `regexp_extract(${raw}, '${PARTS}', ['sign', 'whole', 'fraction', 'exponent'])`
  return [`CASE WHEN ${matches(raw, WITH_EXPONENT)} THEN ${parts} END AS ${partsColumn(field.name)}`]
}

/**
 * Writes out a number with an exponent: DuckDB's own cast fails when digits or exponent are long. The exponent is
 * followed as far as it can matter, as in `parseDecimal`; zeros on both sides let the point move either way.
 */
const writtenOut = ({ name, text }: Cell): string => {
  const part = (key: string) => `${partsColumn(name)}.${key}`
  const reach = `(length(${text}) + 50)`
  const huge = `CASE WHEN ${part("exponent")} LIKE '-%' THEN -1000000000 ELSE 1000000000 END`
  const exponent = `greatest(least(coalesce(TRY_CAST(${part("exponent")} AS INTEGER), ${huge}), ${reach}), -${reach})`
  const zeros = `repeat('0', ${reach})`
  const digits = `${zeros} || ${part("whole")} || ${part("fraction")} || ${zeros}`
  const point = `${reach} + length(${part("whole")}) + ${exponent}`
  return `${part("sign")} || substr(${digits}, 1, ${point}) || '.' || substr(${digits}, ${point} + 1)`
}

/** Whole microseconds of a moment in ISO 8601: day, time of day, digits of a second, and the distance to UTC. */
const microsOfTimestamp = (raw: string): string => {
  const written = trimmed(raw)
  const part = (from: number, length: number) => `TRY_CAST(substr(${written}, ${from}, ${length}) AS BIGINT)`
  const fraction = `regexp_extract(${written}, '\\.([0-9]+)', 1)`
  const distance = `(TRY_CAST(substr(${written}, -5, 2) AS BIGINT) * 60 + TRY_CAST(substr(${written}, -2) AS BIGINT))`
  const minutes =
    `(CASE WHEN right(${written}, 1) = 'Z' THEN 0 ` +
    `WHEN substr(${written}, -6, 1) = '-' THEN -${distance} ELSE ${distance} END)`
  const days = `(TRY_CAST(substr(${written}, 1, 10) AS DATE) - DATE '1970-01-01')`
  return (
    `(((${days} * 24 + ${part(12, 2)}) * 60 + ${part(15, 2)} - ${minutes}) * 60 + ${part(18, 2)}) * 1000000 + ` +
    `TRY_CAST(rpad(substr(${fraction}, 1, 6), 6, '0') AS BIGINT)`
  )
}

/**
 * Columns that values and roundings need: a number's digits without an exponent, or a timestamp's microseconds; NULL where
 * there is none.
 */
export const digitsOf = (field: Cell): ReadonlyArray<string> => {
  if (field.column.kind === "timestamp") {
    const raw = field.text
    const micros = `CASE WHEN ${matches(raw, TIMESTAMP)} THEN ${microsOfTimestamp(raw)} END`
    return [`${micros} AS ${digitsColumn(field.name)}`]
  }
  if (!isFraction(field)) return []
  const { name, text: raw } = field
  return [
    `CASE WHEN ${matches(raw, PLAIN)} THEN ${trimmed(raw)}\n` +
      `        WHEN ${partsColumn(name)} IS NOT NULL THEN ${writtenOut(field)} END AS ${digitsColumn(name)}`,
  ]
}

/** What storing a number does to it, decided by its digits: the functions `losesPrecision` and `wholeMicros`, in SQL. */
export const storedOf = ({ name, column }: Field): ReadonlyArray<string> => {
  const digits = digitsColumn(name)
  if (column.kind === "decimal") {
    const further = `\\.[0-9]{${column.scale}}[0-9]*[1-9]`
    return [`${duckdb.matches(digits, further)} AS ${roundedColumn(name)}`]
  }
  if (column.kind === "timestamp") return [`${digits} AS ${microsColumn(name)}`]
  if (column.kind !== "epochSeconds") return []
  // By way of text: a product of decimals this long would need 128 bits, which are slow.
  const seconds = duckdb.asText(`TRY_CAST(${digits} AS DECIMAL(18,6))`)
  return [`TRY_CAST(replace(${seconds}, '.', '') AS BIGINT) AS ${microsColumn(name)}`]
}

/** The typed value, or NULL where there is none. */
export const valueOf = ({ name, column, text: raw }: Cell): string => {
  const type = duckdb.typeName(column)
  const right = `NOT coalesce(${wrongColumn(name)}, false)`
  switch (column.kind) {
    case "integer":
      return `CASE WHEN ${right} AND ${matches(raw, INTEGER)} THEN TRY_CAST(${trimmed(raw)} AS ${type}) END`
    case "decimal":
      return `CASE WHEN ${right} THEN TRY_CAST(${digitsColumn(name)} AS ${type}) END`
    case "epochSeconds": {
      const value = `TRY_CAST(${trimmed(raw)} AS ${type})`
      return `CASE WHEN ${right} AND ${digitsColumn(name)} IS NOT NULL AND isfinite(${value}) THEN ${value} END`
    }
    case "timestamp":
      return `CASE WHEN ${right} THEN CAST(${digitsColumn(name)} AS DOUBLE) / 1000000.0 END`
    case "date":
      return `CASE WHEN ${right} AND ${matches(raw, DAY)} THEN ${trimmed(raw)} END`
    case "boolean":
      return `CASE WHEN ${right} AND ${isIn(trimmed(raw), BOOLEANS)} THEN ${isIn(trimmed(raw), TRUE_SPELLINGS)} END`
    default:
      return `CASE WHEN ${right} AND ${raw} <> '' THEN ${raw} END`
  }
}

const BOOLEANS = [...TRUE_SPELLINGS, ...FALSE_SPELLINGS]
const isIn = (sql: string, texts: ReadonlyArray<string>): string =>
  `${sql} IN (${texts.map(duckdb.textLiteral).join(", ")})`

/** The value as it is stored, of a column that is not stored in microseconds: days are texts to rules, and dates in tables. */
export const storedValue = ({ name, column }: Field): string =>
  column.kind === "date" ? `CAST(${valueColumn(name)} AS DATE)` : valueColumn(name)

/** Nothing was sent: no cell, an empty one, or only spaces and tabs where a number, a day or the like belongs. */
export const isMissing = ({ name, column, text: raw }: Cell): string => {
  const text = column.kind === "text" || column.kind === "oneOf" ? raw : trimmed(raw)
  return `(NOT coalesce(${wrongColumn(name)}, false) AND coalesce(${text}, '') = '')`
}

/** The reason why a cell that was sent has no typed value. */
export const unreadableReason = ({ name, column, lenient, text: raw }: Cell): string => {
  const clock = lenient?.clock ? ` WHEN ${clockColumn(name)} IS NOT NULL THEN ${clockColumn(name)}` : ""
  const wrong = `WHEN coalesce(${wrongColumn(name)}, false) THEN 'wrong_type'${clock}`
  const form = lenient?.otherForm ? `WHEN ${formColumn(name)} IS NOT NULL THEN 'unexpected_form' ` : ""
  switch (column.kind) {
    case "integer":
      return `CASE ${wrong} WHEN ${matches(raw, INTEGER)} THEN 'out_of_range' ${form}ELSE 'not_an_integer' END`
    case "decimal":
      return (
        `CASE ${wrong} WHEN ${matches(raw, DECIMAL)} THEN 'out_of_range' ` +
        `WHEN ${matches(raw, NOT_FINITE)} THEN 'not_finite' ${form}ELSE 'not_a_number' END`
      )
    case "epochSeconds":
      return (
        `CASE ${wrong} WHEN ${matches(raw, DECIMAL)} OR ${matches(raw, NOT_FINITE)} THEN 'not_finite' ` +
        `${form}ELSE 'not_a_number' END`
      )
    case "timestamp":
    case "date":
    case "boolean":
      return `CASE ${wrong} ${form}ELSE 'not_a_${column.kind}' END`
    default:
      return `'wrong_type'`
  }
}

/** The codes that `unreadableReason` can give. */
export const unreadableCodes = ({ column, lenient }: Cell): ReadonlyArray<string> => [
  ...ownCodes(column),
  ...(lenient?.otherForm ? ["unexpected_form"] : []),
  ...(lenient?.clock ? LOCAL_TIME_CODES : []),
]

/** Codes of times that a zone's clocks showed twice or never. */
const LOCAL_TIME_CODES = ["absent_local_time", "ambiguous_local_time"]

/** Codes whose words tell what a value must be where another way of writing is declared. */
export const FORM_CODES: ReadonlySet<string> = new Set(["unexpected_form", ...LOCAL_TIME_CODES])

const ownCodes = (column: Field["column"]): ReadonlyArray<string> => {
  switch (column.kind) {
    case "integer":
      return ["wrong_type", "not_an_integer", "out_of_range"]
    case "decimal":
      return ["wrong_type", "not_a_number", "not_finite", "out_of_range"]
    case "epochSeconds":
      return ["wrong_type", "not_a_number", "not_finite"]
    case "timestamp":
    case "date":
    case "boolean":
      return ["wrong_type", `not_a_${column.kind}`]
    default:
      return ["wrong_type"]
  }
}
