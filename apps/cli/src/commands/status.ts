/** `pos status`: what runs, and where everything lies. */
import { Console, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { whose } from "../local/identity.ts"
import { places } from "../local/places.ts"
import { readState, shownState } from "../local/state.ts"
import { unusable } from "../local/words.ts"
import { jsonDocument } from "../output/json.ts"
import { bold, dim, green, yellow } from "../output/style.ts"
import { table } from "../output/table.ts"
import { resolveTarget } from "../target/target.ts"
import * as flags from "./flags.ts"

export const status = Command.make(
  "status",
  { json: flags.json, stack: flags.stack },
  Effect.fn(function* ({ json, stack }) {
    if (Option.isSome(stack)) {
      const { outputs } = yield* resolveTarget(stack)
      return yield* Console.log(
        json ? jsonDocument({ stack: stack.value, outputs }) : [bold(stack.value), ...locations(outputs)].join("\n"),
      )
    }
    const state = yield* readState()
    const { data, log } = yield* places
    const found = yield* whose(state)
    if (state === undefined || found._tag !== "Ours") {
      if (json) return yield* Console.log(jsonDocument({ running: false, data, log }))
      const { problem, remedy } = found._tag === "Ours" ? unusable({ _tag: "Nobody" }) : unusable(found)
      return yield* Console.log(`${yellow("○")} ${problem} ${dim(remedy)}\n  data  ${data}`)
    }
    if (json) return yield* Console.log(jsonDocument({ ...shownState(state), data, log }))
    const lines = [
      `${green("●")} ${bold(state.endpoint)} ${dim(`process ${state.pid} · engine ${state.engine}${state.iam ? " · IAM enforced" : ""}`)}`,
      ...(state.deployed ? locations(state.deployed.outputs) : [yellow("  Nothing is deployed. Run: pos start")]),
      `  data  ${data}`,
      `  log   ${log}`,
    ]
    yield* Console.log(lines.join("\n"))
  }),
).pipe(
  Command.withDescription(
    "Show whether the local AWS runs, or what a deployed stack consists of, and where everything lies.",
  ),
  Command.withShortDescription("Show what runs and where everything lies"),
)

const locations = (outputs: Readonly<Record<string, string>>): Array<string> =>
  table(
    [{ title: "  what" }, { title: "where" }],
    Object.entries(outputs).map(([name, value]) => [`  ${name}`, value]),
  ).slice(1)
