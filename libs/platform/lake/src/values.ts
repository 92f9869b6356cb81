/**
 * A DuckDB value as JSON that loses nothing: decimals as text, 64-bit integers as numbers while a number holds them,
 * dates and times in ISO 8601 (an instant ends in Z). Not finite numbers are their names.
 */
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api"

/** What JSON can hold. */
export type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [key: string]: Json }

const MILLION = 1_000_000n
const LAST_DAY = 100_000_000
const DAY_MILLISECONDS = 86_400_000

export const toJson = (value: DuckDBValue): Json => {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
  if (typeof value === "bigint") return integer(value)
  if (value instanceof DuckDBDecimalValue) return decimal(value)
  if (value instanceof DuckDBDateValue) return date(value)
  if (value instanceof DuckDBTimestampTZValue) return value.isFinite ? `${instant(value.micros)}Z` : value.toString()
  if (value instanceof DuckDBTimestampValue) return value.isFinite ? instant(value.micros) : value.toString()
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toJson)
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, toJson(entry)]))
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value: entry }) => ({ key: toJson(key), value: toJson(entry) }))
  }
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64")
  return value.toString()
}

/** A number while a number holds it exactly, and text beyond. */
export const integer = (value: bigint): Json =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value.toString()

/** Always with the column's full scale: `1.5000`, never `1.5`. */
export const decimalText = (value: bigint, scale: number): string => {
  if (scale === 0) return value.toString()
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** What is too long for 64 bits is a whole number all the same. */
const decimal = ({ value, scale }: DuckDBDecimalValue): Json =>
  scale === 0 ? integer(value) : decimalText(value, scale)

const date = (value: DuckDBDateValue): string =>
  Math.abs(value.days) <= LAST_DAY
    ? (new Date(value.days * DAY_MILLISECONDS).toISOString().split("T")[0] ?? "")
    : value.toString()

/** Microseconds since 1970 as `2017-01-01T05:06:07` or, where there is a fraction, `2017-01-01T05:06:07.000001`. */
const instant = (micros: bigint): string => {
  const fraction = ((micros % MILLION) + MILLION) % MILLION
  const whole = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, -".000Z".length)
  return fraction === 0n ? whole : `${whole}.${fraction.toString().padStart(6, "0")}`
}
