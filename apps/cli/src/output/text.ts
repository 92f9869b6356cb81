import { visible } from "./visible.ts"

/** Numbers and units in words, for people. Scripts read --json, where nothing is rounded. */

/** `1234567` → `1,234,567`. */
export const count = (value: number | bigint): string => value.toLocaleString("en-US")

/** `1 file`, `2 files`, `1,200 rows`. */
export const counted = (value: number, singular: string, plural = `${singular}s`): string =>
  `${count(value)} ${value === 1 ? singular : plural}`

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const

/** Decimal units, three significant digits: `48617360` → `48.6 MB`. */
export const bytes = (value: number): string => {
  const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), UNITS.length - 1)
  const scaled = value / 1000 ** power
  return `${power === 0 ? scaled : scaled.toPrecision(3)} ${UNITS[power]}`
}

/** A duration in seconds: `0.4 s`, `12 s`, `3 min 20 s`. */
export const seconds = (value: number): string => {
  if (value < 10) return `${value.toFixed(1)} s`
  if (value < 120) return `${Math.round(value)} s`
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`
}

/** `123456.7800` → `123,456.78`: exact, grouped, at least two and at most the given decimals. */
export const money = (decimal: string): string => {
  const [whole = "0", fraction = ""] = decimal.replace(/^-/, "").split(".")
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",")
  return `${decimal.startsWith("-") ? "-" : ""}${grouped}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`
}

/** Long lists in a sentence: `a, b and 3 more`. */
export const some = (items: ReadonlyArray<string>, shown: number): string =>
  items.length <= shown ? items.join(", ") : `${items.slice(0, shown).join(", ")} and ${items.length - shown} more`

/** A value as it stands in a supplier's file, visible even when it is blank, long or has control characters. */
export const quoted = (value: string, longest = 40): string => {
  const shown = visible(value).replaceAll('"', '\\"')
  return `“${shown.length > longest ? `${shown.slice(0, longest)}…` : shown}”`
}
