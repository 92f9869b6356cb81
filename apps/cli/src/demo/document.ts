/** What `pos demo --json` prints. Scripts rely on this shape; it may only grow. */
import { Schema } from "effect"
import { CombinedRun } from "../runs/combine.ts"
import { StackOutputs } from "../target/outputs.ts"
import { Found } from "./check.ts"
import { Expected } from "./data.ts"

/** Where everything lies on this machine. */
const Places = Schema.Struct({
  files: Schema.String,
  endpoint: Schema.String,
  /** The address of the page with the figures; null where it does not run. */
  page: Schema.NullOr(Schema.String),
  data: Schema.String,
  logs: Schema.String,
  log: Schema.String,
  outputs: StackOutputs,
})
export type Places = typeof Places.Type

export const DemoReport = Schema.Struct({
  run: CombinedRun,
  expected: Expected.fields.totals,
  found: Found,
  /** In words; none where everything is as it must be. */
  differences: Schema.Array(Schema.String),
  where: Places,
  /** Commands to go on with. */
  next: Schema.Array(Schema.String),
})
