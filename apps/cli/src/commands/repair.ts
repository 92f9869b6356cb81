/** `pos repair`: what holds the lake up, and mending it. */
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { RunFailed } from "../errors.ts"
import { jsonDocument } from "../output/json.ts"
import { renderRepair } from "../report/repair.ts"
import { resolveTarget } from "../target/target.ts"
import * as flags from "./flags.ts"

export const repair = Command.make(
  "repair",
  {
    apply: Flag.Boolean("apply").pipe(
      Flag.withDescription("Mend what is found; without it, it is only shown"),
      Flag.withDefault(false),
    ),
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ apply, json, stack }) {
    const target = yield* resolveTarget(stack)
    const { runRepair, services } = yield* Effect.promise(() => import("../repair/repair.ts"))
    const { report, failure } = yield* runRepair(target, apply ? "apply" : "show").pipe(
      Effect.provide(services(target)),
    )
    if (json) yield* Console.log(jsonDocument(report))
    else yield* Console.log(renderRepair(report).join("\n"))
    if (failure !== undefined) {
      return yield* new RunFailed({ problem: failure, remedy: "", runId: report.runId })
    }
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Show rows of the sales table that today's contract would refuse, and dates whose KPIs could not be computed. " +
      "With --apply, move such rows into a Parquet file in the results bucket and compute the KPIs again. " +
      "It takes the turn of a run: nothing is loaded meanwhile.",
  ),
  Command.withShortDescription("Find and mend what holds the tables up"),
  Command.withExamples([
    { command: "pos repair", description: "What is wrong? (changes nothing)" },
    { command: "pos repair --apply", description: "Mend it" },
    { command: "pos repair --stack pos-prod", description: "The same on a deployed stack" },
  ]),
)
