/** Figures, days and sizes as the reader's locale writes them. */
import type { Format } from "../api.ts"
import { isNumeric, type Numeric, placesOf } from "./decimal.ts"
import type { Grain } from "./dates.ts"

/** What a missing value looks like. Screen readers are told "no value" beside it. */
export const NOTHING = "–"

/** How a column of figures is written: all with the same decimal places, so that they stand below each other. */
export interface Writing {
  readonly locale: string | undefined
  readonly currency: string | null
}

/** Decimal places for a column: at least two for decimals, and as many as its longest value needs. No digit is rounded away. */
const placesFor = (format: Format, values: ReadonlyArray<unknown>): number => {
  if (format.kind !== "decimal") return 0
  const fewest = Math.min(2, format.digits ?? 2)
  return values.reduce<number>((most, value) => (isNumeric(value) ? Math.max(most, placesOf(value)) : most), fewest)
}

/** Formats text, not floats: `Intl.NumberFormat` reads decimal text with every digit. */
const written = (formatter: Intl.NumberFormat, value: Numeric): string =>
  formatter.format(value as Intl.StringNumericLiteral)

/** A writer for the figures of one column. Anything that is no number stays as it is. */
export const figures = (
  format: Format,
  values: ReadonlyArray<unknown>,
  { locale, currency }: Writing,
): ((value: unknown) => string) => {
  const places = placesFor(format, values)
  const options: Intl.NumberFormatOptions = { minimumFractionDigits: places, maximumFractionDigits: places }
  const formatter = new Intl.NumberFormat(
    locale,
    currency === null || format.kind !== "decimal"
      ? options
      : { ...options, style: "currency", currency, currencyDisplay: "narrowSymbol" },
  )
  return (value) =>
    value === null || value === undefined ? NOTHING : isNumeric(value) ? written(formatter, value) : String(value)
}

/** A value of any column, for a cell of its own. */
export const cell = (format: Format, value: unknown, locale: string | undefined): string => {
  if (value === null || value === undefined) return NOTHING
  if (format.kind === "date") return day(String(value), locale)
  if (format.kind === "boolean") return value === true ? "yes" : "no"
  if (format.kind === "decimal") return figures(format, [value], { locale, currency: null })(value)
  return String(value)
}

export const percent = (share: string, locale: string | undefined): string =>
  written(
    new Intl.NumberFormat(locale, {
      style: "percent",
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
      signDisplay: "exceptZero",
    }),
    share as Numeric,
  )

const dayFormat = (text: string, locale: string | undefined, options: Intl.DateTimeFormatOptions): string => {
  const date = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(date.getTime())
    ? text
    : new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(date)
}

export const day = (text: string, locale: string | undefined): string =>
  dayFormat(text, locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" })

export const shortDay = (text: string, locale: string | undefined): string =>
  dayFormat(text, locale, { day: "numeric", month: "short" })

/** "Sat, 31 Jan 2026", "the week of Mon, 26 Jan 2026", "January 2026". */
export const period = (grain: Grain, text: string, locale: string | undefined): string =>
  grain === "day"
    ? day(text, locale)
    : grain === "week"
      ? `the week of ${day(text, locale)}`
      : dayFormat(text, locale, { month: "long", year: "numeric" })

/** An instant, in the reader's own time zone. */
export const moment = (instant: string, locale: string | undefined): string => {
  const date = new Date(instant)
  return Number.isNaN(date.getTime())
    ? instant
    : new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(date)
}

export const count = (value: number | bigint, locale: string | undefined): string =>
  new Intl.NumberFormat(locale).format(value)

/** "1 file", "3 files". */
export const counted = (value: number, one: string, locale: string | undefined): string =>
  `${count(value, locale)} ${value === 1 ? one : `${one}s`}`

const BYTES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const

export const bytes = (value: number, locale: string | undefined): string => {
  const step = value < 1 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log10(value) / 3))
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: BYTES[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(value / 1000 ** step)
}

const TIMES = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const

const unit = (value: number, name: string, locale: string | undefined, places: number): string =>
  new Intl.NumberFormat(locale, {
    style: "unit",
    unit: name,
    unitDisplay: "long",
    maximumFractionDigits: places,
  }).format(value)

/** How long something took: seconds below two minutes, then the largest unit with one decimal place. */
export const duration = (seconds: number, locale: string | undefined): string => {
  const [name, size] = TIMES.find(([, length]) => seconds >= 2 * length) ?? ["second", 1]
  return unit(seconds / size, name, locale, seconds < 10 || size > 1 ? 1 : 0)
}

/** "3 hours ago". */
export const ago = (seconds: number, locale: string | undefined): string => {
  const [name, size] = TIMES.find(([, length]) => seconds >= length) ?? (["minute", 60] as const)
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(Math.max(0, seconds) / size), name)
}

/** A name of the contract as a title: underscores are spaces, and it begins with a capital letter. */
export const titleOf = (name: string): string => {
  return capital(name.replaceAll("_", " "))
}

/**
 * Text from files, so that it can be read and can't deceive: characters that have no shape of their own, or that turn the
 * text around them, are written as their number (`\u202e`).
 */
export const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, (character) =>
    character === "\n" ? "\\n" : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  )

/** A part of a whole, of two digits: nothing exact depends on it. Of nothing there is no share. */
export const share = (part: number, whole: number, locale: string | undefined): string =>
  whole === 0 || part === 0
    ? ""
    : new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 2 }).format(part / whole)

/** The first letter as a capital one. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
