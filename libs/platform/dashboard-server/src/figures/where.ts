/** Which rows of a KPI a figure is about, as the page says it: `{"store_id":7}`. */
import { identifier } from "@pos/lake"
import type { Dimension, KpiPage } from "@pos/pages"
import { Effect, Schema } from "effect"
import { WrongQuestion } from "../api/api.ts"
import { Value } from "../api/figures.ts"

const Chosen = Schema.fromJsonString(Schema.Record(Schema.String, Schema.NullOr(Value)))

export interface Chosen {
  readonly dimension: Dimension
  readonly value: Value | null
}

/** The dimensions that a figure is about, each with its value. */
export const chosen = Effect.fnUntraced(function* (page: KpiPage, where: string | undefined) {
  if (where === undefined) return []
  const given = yield* Schema.decodeUnknownEffect(Chosen)(where).pipe(
    Effect.mapError(
      () => new WrongQuestion({ problem: `${where} says no values of dimensions.`, remedy: 'Such as: {"store_id":7}' }),
    ),
  )
  return yield* Effect.forEach(Object.entries(given), ([name, value]) => {
    const dimension = page.dimensions.find((one) => one.name === name)
    return dimension === undefined
      ? new WrongQuestion({
          problem: `${page.name} has no dimension ${name}.`,
          remedy: `It has: ${page.dimensions.map((one) => one.name).join(", ") || "none"}.`,
        })
      : Effect.succeed<Chosen>({ dimension, value })
  })
})

/** So many digits are held by 64 bits. */
const WHOLE = /^-?\d{1,18}$/

/**
 * A column that has a value, written as text, or none. Whole numbers are compared as such first: that is ten times as fast, and
 * leaves out files whose numbers are others. What is right is told by the text all the same.
 */
export const isValue = (column: string, value: Value | null, { kind }: Dimension["format"]) => {
  const name = identifier(column)
  if (value === null) return { sql: `${name} IS NULL`, parameters: [] }
  const text = String(value)
  const asNumber = kind === "integer" && WHOLE.test(text) ? `${name} = ${text} AND ` : ""
  return { sql: `${asNumber}CAST(${name} AS VARCHAR) = ?`, parameters: [text] }
}
