/** What `pos sql --json` and `pos repeats --json` print. Scripts rely on these shapes; that of a KPI's rows is `kpiJson` of `@pos/lake`. */
import { Schema } from "effect"

/** Rows of any statement, by the names of its columns. */
export const Rows = Schema.Array(Schema.Record(Schema.String, Schema.Json))

const Day = Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/))

/** A key that stands again; beside these there are the key's own columns. */
export const Repeats = Schema.Array(
  Schema.StructWithRest(Schema.Struct({ first_date: Day, again_on: Day, days_apart: Schema.Natural }), [
    Schema.Record(Schema.String, Schema.Json),
  ]),
)
