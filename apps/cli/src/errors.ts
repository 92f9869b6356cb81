/**
 * What can go wrong for a user of `pos`. Each error is one sentence and what to do next; the exit code tells scripts
 * apart what failed: 1 = the data (a rejected file, a failed run), 2 = the call or the machine.
 */
import { Runtime, Schema } from "effect"
import { CliError } from "effect/cli"
import { visibleLines } from "./output/visible.ts"

const fields = { problem: Schema.String, remedy: Schema.String }

const sentence = (error: { readonly problem: string; readonly remedy: string }) =>
  visibleLines(error.remedy === "" ? error.problem : `${error.problem}\n${error.remedy}`)

// oxlint-disable-next-line typescript/no-explicit-any -- what TypeScript asks of a class that is extended by a function
type Sayable = new (...args: Array<any>) => Error & { readonly problem: string; readonly remedy: string }

/** Says an error in its own words, and ends the program with this code. */
const said = <Base extends Sayable>(base: Base, code: 1 | 2) =>
  class extends base {
    override readonly [Runtime.errorExitCode] = code
    override get message() {
      return sentence(this)
    }
    override get [CliError.userMessage]() {
      return this.message
    }
  }

/** The call makes no sense: an unknown KPI, a path that does not exist, SQL that is wrong. */
export class InvalidRequest extends said(Schema.TaggedError<InvalidRequest>()("InvalidRequest", fields), 2) {}

/** What was asked for would break what is there, so it was not done. */
export class Refused extends said(Schema.TaggedError<Refused>()("Refused", fields), 1) {}

/** Something that `pos` stands on is missing or does not answer: a Python environment, the local AWS, credentials. */
export class Unavailable extends said(
  Schema.TaggedError<Unavailable>()("Unavailable", { ...fields, cause: Schema.optionalKey(Schema.Defect()) }),
  2,
) {}

/** A run of the pipeline failed or did not end in time. The run's own words are in `problem`. */
export class RunFailed extends said(
  Schema.TaggedError<RunFailed>()("RunFailed", { ...fields, runId: Schema.String }),
  1,
) {}

/** The command did its work and its output says what is wrong: exit 1 without another word. */
export class Unsuccessful extends Schema.TaggedError<Unsuccessful>()("Unsuccessful", {}) {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}
