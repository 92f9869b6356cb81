/** Words about columns, for messages and documents. */
import type { Field } from "@pos/contract"

const KINDS = {
  text: "text",
  integer: "a whole number",
  decimal: "a number",
  epochSeconds: "a number (seconds since 1970-01-01 UTC)",
  date: "a date",
} as const

const limitOf = ({ column }: Field): ReadonlyArray<string> => {
  if (column.kind === "decimal") return [`below ${10n ** BigInt(column.precision - column.scale)} in size`]
  return column.kind === "integer" ? ["within 64 bits"] : []
}

/** "a whole number, 1 or more, within 64 bits". */
export const expectation = (field: Field): string =>
  [KINDS[field.column.kind], ...field.checks.map((check) => check.expected), ...limitOf(field)].join(", ")
