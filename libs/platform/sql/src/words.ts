/** Words about columns, for messages and documents. */
import { columnsRead, type Dataset, type Field, fieldBounds, INT64, type Node } from "@pos/contract"
import { BigDecimal } from "effect"

const KINDS = {
  text: "text",
  integer: "a whole number",
  decimal: "a number",
  epochSeconds: "a number (seconds since 1970-01-01 UTC)",
  timestamp: "a date and time with a time zone, such as 2026-01-31T18:05:00+01:00",
  date: "a date, such as 2026-01-31",
  boolean: "true or false",
  oneOf: "text",
} as const

const limitOf = (field: Field): ReadonlyArray<string> => {
  const { column } = field
  if (column.kind === "decimal") return [`below ${10n ** BigInt(column.precision - column.scale)} in size`]
  return column.kind === "integer" && !isNarrow(field) ? ["within 64 bits"] : []
}

/** Whether the checks leave neither the least nor the greatest of the 64-bit integers. */
const isNarrow = (field: Field): boolean => {
  const bounds = fieldBounds(field)
  if (bounds === undefined) return false
  return BigDecimal.isGreaterThan(bounds.least, INT64.least) && BigDecimal.isLessThan(bounds.greatest, INT64.greatest)
}

/** What reports, messages and logs show for a value of a personal column; the jobs write the same. */
export const MASKED = "(personal data)"

/** Whether the value of an expression says something about a person. */
export const readsPersonal = (node: Node, { fields }: Dataset): boolean => {
  const read = columnsRead(node)
  return fields.some(({ name, personal }) => personal && read.includes(name))
}

/** "a whole number, 1 or more, within 64 bits", "a whole number from -10 to 10". */
export const expectation = (field: Field): string =>
  [KINDS[field.column.kind], ...field.checks.map((check) => check.expected), ...limitOf(field)]
    .join(", ")
    .replace(", from ", " from ")
