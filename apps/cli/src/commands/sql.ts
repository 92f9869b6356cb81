/** `pos sql`: any question to the tables. */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { printRows, rowFormat } from "../output/rows.ts"
import { resolveTarget } from "../target/target.ts"
import { readPlan, tablesOf } from "../workspace/plan.ts"
import * as flags from "./flags.ts"

export const sql = Command.make(
  "sql",
  {
    statement: Argument.String("statement").pipe(
      Argument.withDescription(
        "One SELECT in DuckDB's SQL, over each dataset (`sales`, …) and each KPI under its own name",
      ),
    ),
    localFiles: Flag.Boolean("allow-local-files").pipe(
      Flag.withDescription("Let the statement read files of this machine too, as in FROM 'prices.csv'"),
      Flag.withDefault(false),
    ),
    csv: flags.csv,
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ statement, localFiles, csv, json, stack }) {
    yield* flags.oneForm({ csv, json })
    const { lake } = yield* resolveTarget(stack)
    const { plan } = yield* readPlan()
    const { openLake, query } = yield* Effect.promise(() => import("../lake.ts"))
    const tables = tablesOf(plan)
    const rows = yield* query(yield* openLake(yield* lake, { localFiles }), { tables, sql: statement })
    yield* printRows(rows, rowFormat({ csv, json }))
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Query the Delta tables, read only. Views: one of each dataset's name, with its rows (`sales`, …), and one of each KPI's. " +
      "With --json decimals are text, so that no cent is lost; dates and times are ISO 8601.",
  ),
  Command.withShortDescription("Query the tables with SQL"),
  Command.withExamples([
    {
      command: 'pos sql "SELECT date, sum(revenue) FROM sales GROUP BY date ORDER BY date"',
      description: "Revenue a day",
    },
    { command: 'pos sql "DESCRIBE sales"', description: "The columns of a table" },
    { command: 'pos sql --csv "FROM store_sales_per_day" > stores.csv', description: "A whole KPI table as CSV" },
  ]),
)
