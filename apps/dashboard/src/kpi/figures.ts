/** What a KPI's page needs to know of its model, its columns and the figures in them. */
import type { Compared, Dimension, Kpi, Measure, Row, Value, Values } from "../api.ts"
import { capital, figures } from "../model/words.ts"

/** What an amount's currency is: only amounts are written with it. */
export const currencyOf = (measure: Measure, currency: string | null): string | null =>
  measure.unit?.startsWith("currency") === true ? currency : null

/** A writer for one measure's figures, of which `values` are shown together. */
export const writerOf = (
  measure: Measure,
  values: ReadonlyArray<unknown>,
  { locale, currency }: { readonly locale: string; readonly currency: string | null },
): ((value: unknown) => string) => figures(measure.format, values, { locale, currency: currencyOf(measure, currency) })

/** The measure of that name, or the first one: what a KPI is about stands first. */
export const measureOf = (kpi: Kpi, name: string | undefined): Measure | undefined =>
  kpi.measures.find((one) => one.name === name) ?? kpi.measures[0]

/** The values that a row stands for, as the address of its figures needs them. */
export const whereOf = (key: Values): string => JSON.stringify(key)

/** A row's key in the order of the dimensions: what the address says may be in any order. */
export const keyOf = (kpi: Kpi, where: string | undefined): Values => {
  const parsed: unknown = where === undefined ? {} : safely(where)
  const given = typeof parsed === "object" && parsed !== null ? (parsed as Record<string, Value>) : {}
  return Object.fromEntries(Object.entries(given).filter(([name]) => kpi.dimensions.some((one) => one.name === name)))
}

const safely = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** What a KPI can be grouped by beside its dimensions: columns of the reference data that name one of them. */
export const groupsOf = (kpi: Kpi): ReadonlyArray<{ readonly name: string; readonly title: string }> =>
  kpi.dimensions.flatMap(({ names }) => names?.groups ?? [])

/** The columns that name a row, when rows are put together by `group`. */
export const namedBy = (
  kpi: Kpi,
  group: string | undefined,
): ReadonlyArray<Pick<Dimension, "name" | "title" | "format">> => {
  const by = groupsOf(kpi).find(({ name }) => name === group)
  return by === undefined ? kpi.dimensions : [{ ...by, format: { kind: "text" } }]
}

/** Whether the reference data are there by which rows can be named, and grouped. */
export const hasNames = (rows: ReadonlyArray<Row> = []): boolean => rows.some(({ label }) => label !== undefined)

/** The figures of one measure in all rows, today and before: they are written alike. */
export const valuesOf = (rows: ReadonlyArray<Row>, measure: string): ReadonlyArray<unknown> =>
  rows.flatMap(({ values, before, week, year }) => [values, before, week, year].map((one) => one?.[measure]))

/** An earlier period in few words, for the head of a column. */
export const shortly = (kpi: Kpi, against: Compared[number]["against"]): string =>
  against === "week" ? "Last week" : against === "year" ? "Last year" : `${capital(kpi.grain)} before`
