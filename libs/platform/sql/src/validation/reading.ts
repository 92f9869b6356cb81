/** How DuckDB reads a raw cell: the same functions as the contract's `numbers.ts`, in SQL. */
import { DECIMAL, type Field, INTEGER, NOT_FINITE } from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"

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
export const trimmed = (sql: string): string => `trim(${sql}, ' ' || chr(9))`

/** A decimal without an exponent: DuckDB reads it exactly and rounds half away from zero. */
const PLAIN = /^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[ \t]*$/
const WITH_EXPONENT = /^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+[ \t]*$/
const PARTS = "^[ \\t]*([+-]?)([0-9]*)\\.?([0-9]*)[eE]([+-]?[0-9]+)[ \\t]*$"

const isFraction = ({ column }: Field): boolean => column.kind === "decimal" || column.kind === "epochSeconds"

/** Columns that `digitsOf` needs beside the raw ones: the parts of a number that has an exponent. */
export const partsOf = (field: Field): ReadonlyArray<string> => {
  if (!isFraction(field)) return []
  const raw = rawColumn(field.name)
  const parts = `regexp_extract(${raw}, '${PARTS}', ['sign', 'whole', 'fraction', 'exponent'])`
  return [`CASE WHEN ${matches(raw, WITH_EXPONENT)} THEN ${parts} END AS ${partsColumn(field.name)}`]
}

/**
 * Writes out a number with an exponent: DuckDB's own cast fails when digits or exponent are long. The exponent is
 * followed as far as it can matter, as in `parseDecimal`; zeros on both sides let the point move either way.
 */
const writtenOut = (name: string): string => {
  const part = (key: string) => `${partsColumn(name)}.${key}`
  const reach = `(length(${rawColumn(name)}) + 50)`
  const huge = `CASE WHEN ${part("exponent")} LIKE '-%' THEN -1000000000 ELSE 1000000000 END`
  const exponent = `greatest(least(coalesce(TRY_CAST(${part("exponent")} AS INTEGER), ${huge}), ${reach}), -${reach})`
  const zeros = `repeat('0', ${reach})`
  const digits = `${zeros} || ${part("whole")} || ${part("fraction")} || ${zeros}`
  const point = `${reach} + length(${part("whole")}) + ${exponent}`
  return `${part("sign")} || substr(${digits}, 1, ${point}) || '.' || substr(${digits}, ${point} + 1)`
}

/** Columns that values and roundings need: a number's digits without an exponent, NULL where there is no number. */
export const digitsOf = (field: Field): ReadonlyArray<string> => {
  if (!isFraction(field)) return []
  const { name } = field
  const raw = rawColumn(name)
  return [
    `CASE WHEN ${matches(raw, PLAIN)} THEN ${trimmed(raw)}\n` +
      `        WHEN ${partsColumn(name)} IS NOT NULL THEN ${writtenOut(name)} END AS ${digitsColumn(name)}`,
  ]
}

/** What storing a number does to it, decided by its digits: the functions `losesPrecision` and `wholeMicros`, in SQL. */
export const storedOf = ({ name, column }: Field): ReadonlyArray<string> => {
  const digits = digitsColumn(name)
  if (column.kind === "decimal") {
    const further = `\\.[0-9]{${column.scale}}[0-9]*[1-9]`
    return [`${duckdb.matches(digits, further)} AS ${roundedColumn(name)}`]
  }
  if (column.kind !== "epochSeconds") return []
  // By way of text: a product of decimals this long would need 128 bits, which are slow.
  const seconds = duckdb.asText(`TRY_CAST(${digits} AS DECIMAL(18,6))`)
  return [`TRY_CAST(replace(${seconds}, '.', '') AS BIGINT) AS ${microsColumn(name)}`]
}

/** The typed value, or NULL where there is none. */
export const valueOf = ({ name, column }: Field): string => {
  const raw = rawColumn(name)
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
    default:
      return `CASE WHEN ${right} AND ${raw} <> '' THEN ${raw} END`
  }
}

/** Nothing was sent: no cell, an empty one, or only spaces and tabs where a number belongs. */
export const isMissing = ({ name, column }: Field): string => {
  const raw = rawColumn(name)
  const text = column.kind === "text" ? raw : trimmed(raw)
  return `(NOT coalesce(${wrongColumn(name)}, false) AND coalesce(${text}, '') = '')`
}

/** The reason why a cell that was sent has no typed value. */
export const unreadableReason = ({ name, column }: Field): string => {
  const raw = rawColumn(name)
  const wrong = `WHEN coalesce(${wrongColumn(name)}, false) THEN 'wrong_type'`
  switch (column.kind) {
    case "integer":
      return `CASE ${wrong} WHEN ${matches(raw, INTEGER)} THEN 'out_of_range' ELSE 'not_an_integer' END`
    case "decimal":
      return (
        `CASE ${wrong} WHEN ${matches(raw, DECIMAL)} THEN 'out_of_range' ` +
        `WHEN ${matches(raw, NOT_FINITE)} THEN 'not_finite' ELSE 'not_a_number' END`
      )
    case "epochSeconds":
      return (
        `CASE ${wrong} WHEN ${matches(raw, DECIMAL)} OR ${matches(raw, NOT_FINITE)} THEN 'not_finite' ` +
        `ELSE 'not_a_number' END`
      )
    default:
      return `'wrong_type'`
  }
}

/** The codes that `unreadableReason` can give. */
export const unreadableCodes = ({ column }: Field): ReadonlyArray<string> => {
  switch (column.kind) {
    case "integer":
      return ["wrong_type", "not_an_integer", "out_of_range"]
    case "decimal":
      return ["wrong_type", "not_a_number", "not_finite", "out_of_range"]
    case "epochSeconds":
      return ["wrong_type", "not_a_number", "not_finite"]
    default:
      return ["wrong_type"]
  }
}
