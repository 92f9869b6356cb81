/** What the contract's own decoding says about a row, in the words that engines use. */
import { type Field, reader, type Reading, type Row, type Source, textOfScalar, wholeMicros } from "@pos/contract"
import { dataset as sales } from "@pos/sales"
import { BigDecimal } from "effect"

/** The run's event time in these tests, epoch seconds. */
export const EVENT_TIME = 1_700_000_000.5

export interface Reference {
  readonly rules: ReadonlyArray<string>
  readonly valid: boolean
  /** The validated columns that are valid, as an engine prints them. */
  readonly values: Readonly<Record<string, string | null>>
}

/** A typed value as engines print it: decimals with all their digits, moments in microseconds by what was written. */
const printed = (field: Field, value: unknown, cell: unknown, source: Source): string | null => {
  if (value === undefined) return null
  if (field.column.kind === "epochSeconds") {
    const micros = wholeMicros(source === "text" ? String(cell) : (textOfScalar(field, cell) ?? ""))
    return BigInt.asIntN(64, micros) === micros ? String(micros) : null
  }
  if (field.column.kind !== "decimal") return String(value)
  const { value: digits, scale } = BigDecimal.scale(value as BigDecimal.BigDecimal, field.column.scale)
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0")
  return `${digits < 0n ? "-" : ""}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

const storedName = (field: Field) => (field.column.kind === "epochSeconds" ? "event_time_us" : field.name)

const valuesOf = (reading: Reading, row: Row, source: Source): Reference["values"] => {
  const wrong = new Set(reading.violations.filter((one) => one.severity === "error").map((one) => one.column))
  return Object.fromEntries(
    sales.fields
      .filter((field) => !wrong.has(field.name))
      .map((field) => [storedName(field), printed(field, reading.values[field.name], row[field.name], source)]),
  )
}

/** The contract's reading of a row, as of a moment in epoch seconds. */
export const referenceAt = (eventTime: number): ((row: Row, source: Source) => Reference) => {
  const parameters = { event_time: eventTime }
  const readers = {
    text: reader(sales, { source: "text", parameters }),
    scalars: reader(sales, { source: "scalars", parameters }),
  }
  return (row, source) => {
    const reading = readers[source](row)
    return {
      rules: reading.violations.map(({ rule }) => rule).toSorted(),
      valid: reading.violations.every(({ severity }) => severity === "warning"),
      values: valuesOf(reading, row, source),
    }
  }
}

export const reference = referenceAt(EVENT_TIME)

/** A row for a failure's message. */
export const shown = (row: Row): string =>
  JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value))
