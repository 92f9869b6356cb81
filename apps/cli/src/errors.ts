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

/** The call makes no sense: an unknown KPI, a path that does not exist, SQL that is wrong. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", fields) {
  override readonly [Runtime.errorExitCode] = 2
  override get message() {
    return sentence(this)
  }
  override get [CliError.userMessage]() {
    return this.message
  }
}

/** What was asked for would break what is there, so it was not done. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", fields) {
  override readonly [Runtime.errorExitCode] = 1
  override get message() {
    return sentence(this)
  }
  override get [CliError.userMessage]() {
    return this.message
  }
}

/** There is no stack of this name, or none any more. */
export class NoStack extends Schema.TaggedError<NoStack>()("NoStack", { name: Schema.String }) {
  override readonly [Runtime.errorExitCode] = 2
  override get message() {
    return sentence({
      problem: `There is no stack ${this.name} in this account and region.`,
      remedy: "See which there are: aws cloudformation list-stacks",
    })
  }
  override get [CliError.userMessage]() {
    return this.message
  }
}

/** Something that `pos` stands on is missing or does not answer: a Python environment, the local AWS, credentials. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  ...fields,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override readonly [Runtime.errorExitCode] = 2
  override get message() {
    return sentence(this)
  }
  override get [CliError.userMessage]() {
    return this.message
  }
}

/** A run of the pipeline failed or did not end in time. The run's own words are in `problem`. */
export class RunFailed extends Schema.TaggedError<RunFailed>()("RunFailed", { ...fields, runId: Schema.String }) {
  override readonly [Runtime.errorExitCode] = 1
  override get message() {
    return sentence(this)
  }
  override get [CliError.userMessage]() {
    return this.message
  }
}

/** The command did its work and its output says what is wrong: exit 1 without another word. */
export class Unsuccessful extends Schema.TaggedError<Unsuccessful>()("Unsuccessful", {}) {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}
