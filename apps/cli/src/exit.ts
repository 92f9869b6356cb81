/** From the end of the program to the exit code that docs/cli.md promises. */
import { Cause, Exit, Option, Runtime } from "effect"
import { CliError } from "effect/cli"

/** 0 done · 1 the data failed · 2 the call or the machine failed · 130 interrupted. */
export const exitCode = (exit: Exit.Exit<unknown, unknown>): number => {
  if (Exit.isSuccess(exit)) return 0
  if (Cause.hasInterruptsOnly(exit.cause)) return 130
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) return 2
  if (CliError.isCliError(error)) return error._tag === "ShowHelp" && error.errors.length === 0 ? 0 : 2
  return Runtime.getErrorExitCode(error)
}

/** What to print for an end that no command has explained: a defect, or a failure without words for the user. */
export const unexplained = (exit: Exit.Exit<unknown, unknown>): string | undefined => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return undefined
  const error = Cause.squash(exit.cause)
  const explained = error instanceof Error && error[Runtime.errorReported] === false
  if (explained) return undefined
  const words = error instanceof Error ? error.message : String(error)
  return process.env.POS_DEBUG === "1" && error instanceof Error
    ? `${error.stack}`
    : `Unexpected: ${words}\nRun the command again with POS_DEBUG=1 to see where this comes from.`
}
