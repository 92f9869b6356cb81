/** `pos kpi`: a KPI table, newest day and highest value first. */
import { Console, Effect, Option } from "effect"
import { Argument, Command } from "effect/cli"
import { findKpi, readKpi } from "../kpi.ts"
import { jsonLines } from "../output/json.ts"
import { printRows, rowFormat } from "../output/rows.ts"
import { bold, dim } from "../output/style.ts"
import { resolveTarget } from "../target/target.ts"
import { type KpiOf, kpisOf, readPlan } from "../workspace/plan.ts"
import { descriptionOf, readWords } from "@pos/runs/words"
import * as flags from "./flags.ts"

export const kpi = Command.make(
  "kpi",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("The KPI, or the beginning of its name; without it, the KPIs that there are"),
      Argument.optional,
    ),
    date: flags.date,
    limit: flags.limit,
    csv: flags.csv,
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ name, date, limit, csv, json, stack }) {
    yield* flags.oneForm({ csv, json })
    const { path, plan } = yield* readPlan()
    const kpis = kpisOf(plan)
    const rowLimit = flags.rowsOf(limit, { csv, json })
    if (Option.isNone(name)) return yield* list(kpis, path, json)
    const wanted = yield* findKpi(kpis, name.value)
    const { lake } = yield* resolveTarget(stack)
    const rows = yield* readKpi(yield* lake, wanted, { date, limit: rowLimit })
    yield* printRows(rows, rowFormat({ csv, json }))
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Show a KPI table: the newest dates first, within a date the highest values of its first measure.",
  ),
  Command.withShortDescription("Show a KPI"),
  Command.withExamples([
    { command: "pos kpi", description: "Which KPIs are there?" },
    {
      command: "pos kpi total_sales_per_product_per_day --date 2017-01-07",
      description: "The best-selling products of a day",
    },
    { command: "pos kpi store_sales_per_day --csv", description: "All of it, for a spreadsheet" },
  ]),
)

const list = Effect.fnUntraced(function* (kpis: ReadonlyArray<KpiOf>, plan: string, json: boolean) {
  const words = yield* readWords(plan)
  const told = kpis.map(({ dataset, name }) => ({
    name,
    dataset,
    description: descriptionOf(words, { dataset, name }),
  }))
  const lines = () =>
    told.flatMap(({ dataset, description, name }) => [`${bold(name)} ${dim(`of ${dataset}`)}`, `  ${dim(description)}`])
  yield* Console.log(json ? jsonLines(told) : lines().join("\n"))
})
