/** RFC 4180: a field is quoted when it must be, and NULL is an empty field where an empty text is `""`. */
import type { Json } from "./json.ts"

const field = (value: Json): string => {
  if (value === null) return ""
  const text = typeof value === "object" ? JSON.stringify(value) : String(value)
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvLine = (values: ReadonlyArray<Json>): string => values.map(field).join(",")
