/** `pos repair`: what holds the lake up, and mending it. */
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { datasetNamed } from "../dataset/find.ts"
import { RunFailed } from "../errors.ts"
import { jsonAs } from "../output/json.ts"
import { renderRepair } from "../report/repair.ts"
import { datasetsTaken } from "../target/datasets.ts"
import { resolveTarget } from "../target/target.ts"
import { readPlan } from "../workspace/plan.ts"
import * as flags from "./flags.ts"

export const repair = Command.make(
  "repair",
  {
    apply: Flag.Boolean("apply").pipe(
      Flag.withDescription("Mend what is found; without it, it is only shown"),
      Flag.withDefault(false),
    ),
    dataset: Flag.String("dataset").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("The dataset to look into (default: the first of all)"),
      Flag.optional,
    ),
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ apply, dataset, json, stack }) {
    const target = yield* resolveTarget(stack)
    const { RepairReport } = yield* Effect.promise(() => import("@pos/pipeline"))
    const { runRepair, services } = yield* Effect.promise(() => import("../repair/repair.ts"))
    const name = Option.isNone(dataset) ? undefined : yield* datasetNamed((yield* readPlan()).plan, dataset.value)
    const { report, failure } = yield* runRepair(target, apply ? "apply" : "show", name).pipe(
      Effect.provide(services(target)),
    )
    if (json) yield* Console.log(yield* jsonAs(RepairReport, report))
    else {
      const others = name === undefined ? datasetsTaken(target.outputs).filter((one) => one !== report.dataset) : []
      yield* Console.log(renderRepair(report, others).join("\n"))
    }
    if (failure !== undefined) {
      return yield* new RunFailed({ problem: failure, remedy: "", runId: report.runId })
    }
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Show rows of a dataset's table that today's contract would refuse, and dates whose KPIs could not be computed. " +
      "With --apply, move such rows into a Parquet file in the results bucket and compute the KPIs again. " +
      "It takes the turn of a run: nothing is loaded meanwhile.",
  ),
  Command.withShortDescription("Find and mend what holds the tables up"),
  Command.withExamples([
    { command: "pos repair", description: "What is wrong? (changes nothing)" },
    { command: "pos repair --apply", description: "Mend it" },
    { command: "pos repair --dataset declared_totals", description: "What is wrong with another dataset?" },
    { command: "pos repair --stack pos-prod", description: "The same on a deployed stack" },
  ]),
)
