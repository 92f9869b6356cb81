/** `pos repeats`: keys that a table holds on several business dates. */
import { MOST_DAYS, USUAL_DAYS } from "@pos/contract"
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { datasetNamed } from "../dataset/find.ts"
import { InvalidRequest } from "../errors.ts"
import { printRows, rowFormat } from "../output/rows.ts"
import { dim } from "../output/style.ts"
import { repeatsStatement, whatToDo } from "../repeats/repeats.ts"
import { resolveTarget } from "../target/target.ts"
import { readPlan } from "../workspace/plan.ts"
import * as flags from "./flags.ts"

export const repeats = Command.make(
  "repeats",
  {
    dataset: Flag.String("dataset").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("The dataset to look into (default: the first of all)"),
      Flag.optional,
    ),
    days: flags
      .whole("days", { least: 1, most: MOST_DAYS, expected: `a whole number of days, 1 to ${MOST_DAYS}` })
      .pipe(
        Flag.withMetavar("DAYS"),
        Flag.withDescription(
          `How many days apart the dates may be (default: what the contract says, or else ${USUAL_DAYS})`,
        ),
        Flag.optional,
      ),
    limit: flags.limit,
    csv: flags.csv,
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ dataset, days, limit, csv, json, stack }) {
    yield* flags.oneForm({ csv, json })
    const { plan } = yield* readPlan()
    const name = Option.isNone(dataset) ? plan.defaultDataset : yield* datasetNamed(plan, dataset.value)
    const curated = plan.datasets[name]?.tables.curated
    const [date] = curated?.partitionBy ?? []
    if (curated === undefined || date === undefined) {
      return yield* new InvalidRequest({
        problem: `${name} has no business dates: a key stands once in its whole table.`,
        remedy: "",
      })
    }
    const { lake } = yield* resolveTarget(stack)
    const { identifier, openLake, query } = yield* Effect.promise(() => import("../lake.ts"))
    const sql = repeatsStatement(identifier, {
      table: curated.name,
      key: curated.key ?? [],
      date,
      days: Option.getOrElse(days, () => curated.keyDays ?? USUAL_DAYS),
      limit: flags.rowsOf(limit, { csv, json }),
    })
    const found = yield* query(yield* openLake(yield* lake), { tables: [curated], sql })
    const rows = yield* printRows(found, rowFormat({ csv, json }))
    if (csv || json) return
    yield* Console.log(dim(whatToDo(rows, plan.datasets[name]?.policies?.acrossFiles, curated.keyDays !== undefined)))
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Show keys that a dataset's table holds on several business dates which are near enough to be the same row: from before " +
      "the contract said `unique: everywhere(…)`, or to see what it would do. Changes nothing.",
  ),
  Command.withShortDescription("Find keys that stand on several dates"),
  Command.withExamples([
    { command: "pos repeats", description: "Does an id stand on several dates?" },
    { command: "pos repeats --days 31 --csv", description: "All within a month, for a spreadsheet" },
  ]),
)
