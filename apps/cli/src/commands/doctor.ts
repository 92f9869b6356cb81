/** `pos doctor`: whether a deployment is as this checkout would have it. Changes nothing. */
import { Console, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { Unsuccessful } from "../errors.ts"
import { STACK } from "../local/deploy.ts"
import { jsonAs } from "../output/json.ts"
import { bold } from "../output/style.ts"
import { visible } from "../output/visible.ts"
import { resolveTarget } from "../target/target.ts"
import * as flags from "./flags.ts"

export const doctor = Command.make(
  "doctor",
  { json: flags.json, stack: flags.stack },
  Effect.fn(function* ({ json, stack }) {
    const target = yield* resolveTarget(stack)
    const { examine, Examination } = yield* Effect.promise(() => import("../doctor.ts"))
    const { isProved, renderResults, summarize } = yield* Effect.promise(() => import("@pos/deployment"))
    const name = Option.getOrElse(stack, () => STACK)
    const checks = yield* examine(target, name)
    const shown = checks.map((check) => ({ ...check, detail: visible(check.detail) }))
    yield* Console.log(
      json
        ? yield* jsonAs(Examination, { stack: name, passed: isProved(checks), checks })
        : [...renderResults(shown), bold(`${name}: ${summarize(checks)}`)].join("\n"),
    )
    if (!isProved(checks)) return yield* new Unsuccessful()
  }),
).pipe(
  Command.withDescription(
    "Check a deployment without changing anything: is it what this folder would deploy, would people be told, are the " +
      "tables in the catalogue the plan's, could the jobs start, do the roles have their rights? A line a check; what " +
      "could not be checked says why.",
  ),
  Command.withShortDescription("Check a deployment, change nothing"),
  Command.withExamples([
    { command: "pos doctor", description: "The local AWS" },
    { command: "pos doctor --stack pos-prod", description: "A deployed stack" },
  ]),
)
