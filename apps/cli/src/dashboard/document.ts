/** What `pos report --json` prints. Scripts rely on this shape; it may only grow. */
import { Schema } from "effect"

export const Reported = Schema.Struct({
  /** The business date that it is about. */
  date: Schema.String,
  /** Where it lies, as it was asked for. */
  file: Schema.String,
  bytes: Schema.Natural,
})
export type Reported = typeof Reported.Type
