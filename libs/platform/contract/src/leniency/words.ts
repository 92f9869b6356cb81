/** What files may have instead of the contract's own way of writing, in words. */
import type { Field } from "../fields.ts"
import type { ColumnForms, WrittenDay } from "./leniency.ts"
import { isPattern } from "./rewrites.ts"

const SAMPLE: Readonly<Record<string, string>> = {
  yyyy: "2026",
  MM: "01",
  M: "1",
  dd: "31",
  d: "31",
  HH: "18",
  H: "18",
  mm: "05",
  ss: "30",
}

/** The last day of January 2026, in the evening, as a pattern writes it. */
const sample = ({ pattern }: WrittenDay): string =>
  pattern.replaceAll(
    /'([^']*)'|([A-Za-z])\2*/g,
    (token, quoted: string | undefined) => quoted ?? SAMPLE[token] ?? "250000".slice(0, token.length),
  )

/** What a whole number or a number looks like, told by an example of each way: the plain one first. */
const number = (field: Field, example: string): string => {
  const plain = field.column.kind === "integer" ? example.replace(/[.,]0$/, "").replaceAll(/[^0-9]/g, "") : "1234"
  return `a ${field.column.kind === "integer" ? "whole " : ""}number such as ${plain} or ${example}`
}

const OWN: Readonly<Record<string, string>> = {
  date: "2026-01-31",
  timestamp: "2026-01-31T18:05:00+01:00",
  epochSeconds: "seconds since 1970-01-01 UTC",
}

/**
 * What a value must be where another way of writing is declared; undefined where none is.
 *
 * @example
 * formWords(field("till"), { written: "3.0" }) // a whole number such as 3 or 3.0
 * formWords(field("amount"), { written: "1.234,5" }) // a number such as 1234 or 1.234,5
 * formWords(field("at"), { written: { pattern: "d.M.yyyy HH:mm", zone: "Europe/Berlin" } }) // a date and time such as 31.1.2026 18:05 (time in Europe/Berlin), or seconds since 1970-01-01 UTC
 */
export const formWords = (field: Field, { written }: ColumnForms): string | undefined => {
  if (written === undefined) return undefined
  if (!isPattern(written)) return number(field, written)
  const own = OWN[field.column.kind] ?? ""
  return "zone" in written
    ? `a date and time such as ${sample(written)} (time in ${written.zone}), or ${own}`
    : `a date such as ${sample(written)} or ${own}`
}
