/** How DuckDB reads a raw cell: the same functions as the contract's `numbers.ts`, in SQL. */
import { DECIMAL, type Field, INTEGER, NOT_FINITE } from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"

/** The names under which the `typed` relation keeps what it knows about a column. */
export const rawColumn = (name: string): string => duckdb.identifier(name)
export const wrongColumn = (name: string): string => duckdb.identifier(`${name}__wrong`)
export const valueColumn = (name: string): string => duckdb.identifier(`${name}__value`)
export const reasonColumn = (name: string): string => duckdb.identifier(`${name}__reason`)

const matches = (sql: string, pattern: RegExp): string => duckdb.matches(sql, pattern.source)
const trimmed = (sql: string): string => `trim(${sql}, ' ')`

/** A decimal without an exponent: DuckDB reads it exactly and rounds half away from zero. */
const PLAIN = /^ *[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+) *$/
const MANTISSA = "^ *([+-]?)([0-9]*)\\.?([0-9]*)[eE]([+-]?[0-9]+) *$"

/**
 * Writes out a number with an exponent: DuckDB's own cast fails when digits or exponent are long. The exponent is
 * followed as far as it can matter, as in `parseDecimal`.
 */
const writtenOut = (raw: string): string => {
  const part = (group: number) => `regexp_extract(${raw}, '${MANTISSA}', ${group})`
  const reach = `(length(${raw}) + 50)`
  const sign = `CASE WHEN ${part(4)} LIKE '-%' THEN -1 ELSE 1 END`
  const exponent = `coalesce(TRY_CAST(${part(4)} AS INTEGER), 1000000000 * ${sign})`
  const limited = `greatest(least(${exponent}, ${reach}), -${reach})`
  // Zeros on both sides, so that the point can move either way; then it stands `point` digits from the left.
  const digits = `repeat('0', ${reach}) || ${part(2)} || ${part(3)} || repeat('0', ${reach})`
  const point = `(${reach} + length(${part(2)}) + ${limited})`
  return `${part(1)} || substr(${digits}, 1, ${point}) || '.' || substr(${digits}, ${point} + 1)`
}

/** The typed value, or NULL where there is none. */
export const valueOf = ({ name, column }: Field): string => {
  const raw = rawColumn(name)
  const type = duckdb.typeName(column)
  const when = (condition: string, value: string) => `WHEN ${condition} THEN ${value}`
  const right = `NOT coalesce(${wrongColumn(name)}, false)`
  switch (column.kind) {
    case "integer":
      return `CASE ${when(`${right} AND ${matches(raw, INTEGER)}`, `TRY_CAST(${trimmed(raw)} AS ${type})`)} END`
    case "decimal": {
      const plain = when(`${right} AND ${matches(raw, PLAIN)}`, `TRY_CAST(${trimmed(raw)} AS ${type})`)
      return `CASE ${plain} ${when(`${right} AND ${matches(raw, DECIMAL)}`, `TRY_CAST(${writtenOut(raw)} AS ${type})`)} END`
    }
    case "epochSeconds": {
      const value = `TRY_CAST(${trimmed(raw)} AS ${type})`
      return `CASE ${when(`${right} AND ${matches(raw, DECIMAL)} AND isfinite(${value})`, value)} END`
    }
    default:
      return `CASE ${when(`${right} AND ${raw} <> ''`, raw)} END`
  }
}

/** Nothing was sent: no cell, an empty one, or only spaces where a number belongs. */
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
