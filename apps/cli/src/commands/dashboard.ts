/** `pos dashboard`: the page with the figures, served to this machine until it is stopped. */
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { addressOf, runningPage, untilEnded } from "../local/page.ts"
import { readState } from "../local/state.ts"
import { bold, dim } from "../output/style.ts"
import { resolveTarget } from "../target/target.ts"
import { ensure, PAGE } from "../workspace/artefact.ts"
import { Workspace } from "../workspace/workspace.ts"
import * as flags from "./flags.ts"

/** The page that runs in the background. */
const besideLocal = Effect.map(readState(), (state) => (state === undefined ? undefined : runningPage(state)))

export const dashboard = Command.make(
  "dashboard",
  {
    port: flags
      .whole("port", { least: 0, most: 65_535, expected: "a port from 0 to 65535" })
      .pipe(
        Flag.withMetavar("PORT"),
        Flag.withDescription("Port on 127.0.0.1; without it, any that is free"),
        Flag.withDefault(0),
      ),
    currency: flags.currency,
    dpuPrice: flags.dpuPrice,
    // The page that `pos start` starts.
    beside: flags
      .whole("beside", { least: 1, expected: "the process of the local AWS with which the page ends" })
      .pipe(Flag.withHidden, Flag.optional),
    stack: flags.stack,
    json: flags.json,
  },
  Effect.fn(function* ({ port, currency, dpuPrice, beside, stack, json }) {
    const target = yield* resolveTarget(stack)
    // Nothing is built behind the back of whoever said `pos start --no-build`.
    const page = Option.isSome(beside) ? (yield* Workspace).path(PAGE.output) : yield* ensure(PAGE)
    const { serveDashboard } = yield* Effect.promise(() => import("../dashboard/serve.ts"))
    const running = target.local && Option.isNone(beside) ? yield* besideLocal : undefined
    const serving = serveDashboard({
      target,
      page,
      port,
      money: { currency: Option.getOrNull(currency), dpuPrice: Option.getOrNull(dpuPrice) },
      ready: (address) =>
        Console.log(
          json
            ? JSON.stringify({ address })
            : [
                `${bold(address)} shows ${target.name}. ${dim("To this machine alone. Stop with Ctrl-C.")}`,
                ...(running === undefined ? [] : [dim(`The one of pos start goes on at ${addressOf(running)}`)]),
              ].join("\n"),
        ),
    })
    yield* Option.match(beside, { onNone: () => serving, onSome: (pid) => Effect.raceFirst(serving, untilEnded(pid)) })
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Serve the page with figures, files and the platform's health, to this machine alone, until it is stopped. It only reads, " +
      "with your own credentials.",
  ),
  Command.withShortDescription("Serve the page with figures, files and health"),
  Command.withExamples([
    { command: "pos dashboard", description: "The local AWS; open the address that it prints" },
    { command: "pos dashboard --stack pos-prod --currency EUR", description: "A deployed stack, amounts in euros" },
  ]),
)
