/** `pos status`: what runs, and where everything lies. */
import { Console, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { type Contract, shownState, StackStatus, Status } from "../local/document.ts"
import { whose } from "../local/identity.ts"
import { addressOf, runningPage } from "../local/page.ts"
import { places } from "../local/places.ts"
import { readState } from "../local/state.ts"
import { unusable } from "../local/words.ts"
import { jsonAs } from "../output/json.ts"
import { bold, dim, green, yellow } from "../output/style.ts"
import { table } from "../output/table.ts"
import { otherContract, otherContracts } from "../target/contract.ts"
import { resolveTarget, type Target } from "../target/target.ts"
import { readPlan } from "../workspace/plan.ts"
import * as flags from "./flags.ts"

export const status = Command.make(
  "status",
  { json: flags.json, stack: flags.stack },
  Effect.fn(function* ({ json, stack }) {
    if (Option.isSome(stack)) {
      const target = yield* resolveTarget(stack)
      const { outputs } = target
      const contract = yield* compared(target)
      return yield* Console.log(
        json
          ? yield* jsonAs(StackStatus, { stack: stack.value, outputs, contract: contract.document })
          : [bold(stack.value), ...locations(outputs), ...contract.lines].join("\n"),
      )
    }
    const state = yield* readState()
    const { data, log } = yield* places
    const found = yield* whose(state)
    if (state === undefined || found._tag !== "Ours") {
      if (json) return yield* Console.log(yield* jsonAs(Status, { running: false, data, log }))
      const { problem, remedy } = found._tag === "Ours" ? unusable({ _tag: "Nobody" }) : unusable(found)
      return yield* Console.log(`${yellow("○")} ${problem} ${dim(remedy)}\n  data  ${data}`)
    }
    const page = runningPage(state)
    const contract = state.deployed
      ? yield* compared({ outputs: state.deployed.outputs, local: true, name: "the local AWS" })
      : { document: null, lines: [] }
    if (json) {
      const document = { ...shownState(state, page), data, log, contract: contract.document }
      return yield* Console.log(yield* jsonAs(Status, document))
    }
    const lines = [
      `${green("●")} ${bold(state.endpoint)} ${dim(`process ${state.pid} · engine ${state.engine}${state.iam ? " · IAM enforced" : ""}`)}`,
      ...(state.deployed ? locations(state.deployed.outputs) : [yellow("  Nothing is deployed. Run: pos start")]),
      `  page  ${page === undefined ? yellow("does not run. Start it: pos start") : addressOf(page)}`,
      `  data  ${data}`,
      `  log   ${log}`,
      ...contract.lines,
    ]
    yield* Console.log(lines.join("\n"))
  }),
).pipe(
  Command.withDescription(
    "Show whether the local AWS runs, or what a deployed stack consists of, and where everything lies.",
  ),
  Command.withShortDescription("Show what runs and where everything lies"),
)

/**
 * Whether what is deployed is this checkout's contract: for scripts, and in a line for people. Null where that can't be told:
 * the stack is too old, or the contract of this checkout is broken.
 */
const compared = Effect.fnUntraced(function* (target: Pick<Target, "outputs" | "local" | "name">) {
  const read = yield* Effect.result(readPlan())
  if (read._tag === "Failure") {
    const [problem] = read.failure.problem.split("\n")
    return {
      document: null,
      lines: [yellow(`Note: this checkout's contract can't be read: ${problem} See: npx nx run plan:build`)],
    }
  }
  const { plan } = read.success
  const others = otherContracts(plan, target.outputs)
  const document: Contract = others === undefined ? null : { same: others.length === 0, others }
  const note = otherContract(plan, target.outputs, target)
  return {
    document,
    lines: note === undefined ? [] : [yellow(note)],
  }
})

const locations = (outputs: Readonly<Record<string, string>>): Array<string> =>
  table(
    [{ title: "  what" }, { title: "where" }],
    Object.entries(outputs).map(([name, value]) => [`  ${name}`, value]),
  ).slice(1)
