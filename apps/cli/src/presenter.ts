/**
 * How the built-in parts of the command line speak: help goes to standard output because it was asked for; a wrong
 * call gets its error and the way to the help on standard error, so that a pipe never receives a help page.
 */
import { Console, Effect, Layer } from "effect"
import { CliConfig, CliOutput, GlobalFlag } from "effect/cli"
import { err } from "./output/style.ts"
import { visibleLines } from "./output/visible.ts"

const presenter: CliOutput.Presenter = {
  present: Effect.fnUntraced(function* (event) {
    if (event._tag !== "InvalidInvocation") return yield* CliOutput.defaultPresenter.present(event)
    yield* Console.error(event.errors.map((error) => `${err.red("✘")} ${visibleLines(error.message)}`).join("\n"))
    yield* Console.error(err.dim(`See: ${event.commandPath.join(" ")} --help`))
  }),
}

const defaults = CliOutput.defaultFormatter()

const formatter: CliOutput.Formatter = {
  ...defaults,
  formatError: (error) => {
    const [first = "", ...rest] = visibleLines(error.message).split("\n")
    return [`${err.red("✘")} ${first}`, ...rest.map((line) => `  ${line}`)].join("\n")
  },
}

export const layer = Layer.mergeAll(
  CliOutput.layerPresenter(presenter),
  CliOutput.layer(formatter),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
)
