/** Rows whose ids the tables know with other values, both versions beside each other. Pure. */
import type { ConflictSample } from "@pos/pipeline"
import { Schema } from "effect"

const Values = Schema.Record(Schema.String, Schema.NullOr(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])))

export const Conflict = Schema.Struct({
  /** The run that sent the row again. */
  runId: Schema.String,
  /** What names the sale. */
  key: Values,
  /** The columns whose values differ, in the order of the table. */
  differs: Schema.Array(Schema.String),
  /** What stands in the tables, and stays. */
  kept: Values,
  /** What was sent, and kept out. */
  sent: Values,
})
export type Conflict = typeof Conflict.Type

const KEPT = "kept_"

/** A sample of the transformation's summary as people and scripts read it. */
export const conflictOf = (runId: string, sample: ConflictSample): Conflict => {
  const columns = Object.keys(sample).filter((name) => `${KEPT}${name}` in sample)
  const pick = (names: ReadonlyArray<string>, prefix = "") =>
    Object.fromEntries(names.map((name) => [name, sample[`${prefix}${name}`] ?? null]))
  const twins = new Set(columns.map((name) => `${KEPT}${name}`))
  const key = Object.keys(sample).filter((name) => !columns.includes(name) && !twins.has(name))
  return {
    runId,
    key: pick(key),
    differs: columns.filter((name) => sample[name] !== sample[`${KEPT}${name}`]),
    kept: pick(columns, KEPT),
    sent: pick(columns),
  }
}
