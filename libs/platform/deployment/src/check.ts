/** What a check of a deployment is, and how it ends. */
import { Schema } from "effect"
import type { AwsError } from "@pos/aws"
import type { Effect } from "effect"

/** `skipped`: it could not be made, and `detail` says why. */
export const Status = Schema.Literals(["passed", "failed", "skipped"])
export type Status = typeof Status.Type

/**
 * How a check ended. `detail` is one line: what was seen; or, of a check that failed, what is wrong, where, and what to do
 * next; or why it was skipped.
 */
export const CheckResult = Schema.Struct({
  name: Schema.NonEmptyString,
  title: Schema.NonEmptyString,
  status: Status,
  detail: Schema.String,
  seconds: Schema.Finite,
})
export type CheckResult = typeof CheckResult.Type

/** The deployment is not as it should be. `what` and `next` are sentences. */
export class Problem extends Schema.TaggedError<Problem>()("Problem", { what: Schema.String, next: Schema.String }) {
  override get message() {
    return `${this.what} ${this.next}`.trim()
  }
}

/** The check can't be made here; `reason` says why. */
export class NotChecked extends Schema.TaggedError<NotChecked>()("NotChecked", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

/** One thing to prove. What it succeeds with is what was seen, in words. */
export interface Check<R> {
  /** Short and stable, for scripts: `catalogue`. */
  readonly name: string
  /** What is proved, for people: `tables of the catalogue are the plan's`. */
  readonly title: string
  readonly prove: Effect.Effect<string, Problem | NotChecked | AwsError, R>
}

const SHOWN = 3

/** The first few of several findings, in one sentence. */
export const listed = (findings: ReadonlyArray<string>, shown = SHOWN): string =>
  findings.length <= shown
    ? findings.join("; ")
    : `${findings.slice(0, shown).join("; ")}; and ${findings.length - shown} more`
