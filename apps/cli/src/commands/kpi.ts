/** `pos kpi`: a KPI table, newest day and highest value first. */
import { periodOf } from "@pos/contract"
import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { InvalidRequest } from "../errors.ts"
import { jsonLines } from "../output/json.ts"
import { printRows, rowFormat } from "../output/rows.ts"
import { bold, dim } from "../output/style.ts"
import { resolveTarget } from "../target/target.ts"
import { type KpiOf, kpisOf, readPlan } from "../workspace/plan.ts"
import { descriptionOf, readWords } from "../workspace/words.ts"
import * as flags from "./flags.ts"

/** A day that there is: JavaScript takes the 30th of February for the 2nd of March. */
const isDate = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const moment = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text)
}

export const kpi = Command.make(
  "kpi",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("The KPI, or the beginning of its name; without it, the KPIs that there are"),
      Argument.optional,
    ),
    date: Flag.String("date").pipe(
      Flag.withMetavar("YYYY-MM-DD"),
      Flag.withDescription("Only this business date; of a KPI by week or month, the one that it is in"),
      Flag.filter(isDate, () => "Expected a date such as 2017-01-31"),
      Flag.optional,
    ),
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
    const wanted = yield* find(kpis, name.value)
    const { lake } = yield* resolveTarget(stack)
    const { identifier, openLake, query, withRatioColumns } = yield* Effect.promise(() => import("../lake.ts"))
    const period = Option.map(date, (one) => periodOf(wanted.grain ?? "day", one))
    const rows = yield* query(yield* openLake(yield* lake), {
      tables: [wanted],
      sql: statement(wanted, identifier, { dated: Option.isSome(date), limited: rowLimit > 0 }),
      parameters: [...Option.toArray(period), ...(rowLimit > 0 ? [rowLimit] : [])],
    })
    yield* printRows(withRatioColumns(rows, wanted.ratios ?? []), rowFormat({ csv, json }))
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

const find = Effect.fnUntraced(function* (kpis: ReadonlyArray<KpiOf>, name: string) {
  const exact = kpis.find((kpi) => kpi.name === name)
  if (exact) return exact
  const begun = kpis.filter((kpi) => kpi.name.startsWith(name))
  const [only] = begun
  if (only && begun.length === 1) return only
  return yield* new InvalidRequest({
    problem:
      begun.length > 1 ? `${name} may mean ${begun.map((kpi) => kpi.name).join(" or ")}.` : `There is no KPI ${name}.`,
    remedy: `KPIs: ${kpis.map((kpi) => kpi.name).join(", ")}.`,
  })
})

/** The order is total, so that a limited list is the same on every call. */
const statement = (
  kpi: KpiOf,
  identifier: (name: string) => string,
  { dated, limited }: { readonly dated: boolean; readonly limited: boolean },
): string => {
  const [period] = kpi.partitionBy
  const measure = kpi.columns.map(({ name }) => name).find((name) => !kpi.key.includes(name))
  const order = [
    `${identifier(period)} DESC`,
    ...(measure ? [`${identifier(measure)} DESC`] : []),
    ...kpi.key.filter((key) => key !== period).map((name) => `${identifier(name)} NULLS LAST`),
  ]
  return [
    `SELECT * FROM ${identifier(kpi.name)}`,
    ...(dated ? [`WHERE ${identifier(period)} = CAST(? AS DATE)`] : []),
    `ORDER BY ${order.join(", ")}`,
    ...(limited ? ["LIMIT ?"] : []),
  ].join(" ")
}
