/** `pos report`: one day of the page as a file that needs no server. */
import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Reported } from "../dashboard/document.ts"
import { checkPlace } from "../export/place.ts"
import { jsonAs } from "../output/json.ts"
import { bold, dim } from "../output/style.ts"
import { bytes } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import { resolveTarget } from "../target/target.ts"
import { ensure, REPORT } from "../workspace/artefact.ts"
import * as flags from "./flags.ts"

export const report = Command.make(
  "report",
  {
    date: Argument.String("date").pipe(
      Argument.withDescription("The business date; without it, the newest that has figures"),
      Argument.filter(flags.isDate, () => "Expected a date such as 2017-01-31"),
      Argument.optional,
    ),
    out: Flag.String("out").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Where the file goes"),
      Flag.withDefault("morning.html"),
    ),
    overwrite: flags.overwrite,
    currency: flags.currency,
    dpuPrice: flags.dpuPrice,
    stack: flags.stack,
    json: flags.json,
  },
  Effect.fn(function* ({ date, out, overwrite, currency, dpuPrice, stack, json }) {
    yield* checkPlace({ file: out, overwrite })
    const target = yield* resolveTarget(stack)
    const page = yield* ensure(REPORT)
    const { writeReport } = yield* Effect.promise(() => import("../dashboard/report.ts"))
    const written = yield* writeReport({
      target,
      page,
      date: Option.getOrUndefined(date),
      money: { currency: Option.getOrNull(currency), dpuPrice: Option.getOrNull(dpuPrice) },
      out,
      overwrite,
    })
    yield* Console.log(
      json
        ? yield* jsonAs(Reported, written)
        : `${bold(visible(out))} ${dim(`the figures of ${written.date}, ${bytes(written.bytes)}; it needs no server`)}`,
    )
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Write the page of one day into one file, with its figures in it: it can be mailed, and is read without a server or a network.",
  ),
  Command.withShortDescription("Write the page of a day into a file"),
  Command.withExamples([
    { command: "pos report", description: "The newest day, into morning.html" },
    { command: "pos report 2017-01-07 --out sales.html --currency EUR", description: "Of one day, amounts in euros" },
  ]),
)
