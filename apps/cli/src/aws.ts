/** AWS in the user's words: what it refuses becomes a sentence and what to do next. */
import type { AwsError, ObjectMissing, StackMissing } from "@pos/aws"
import type { RunUnreadable } from "@pos/runs"
import { Effect } from "effect"
import { InvalidRequest, Unavailable } from "./errors.ts"

type Explained = AwsError | ObjectMissing | RunUnreadable | StackMissing

/** Turns the errors of the AWS services into those of the command line. */
export const explainAws = <A, E, R>(effect: Effect.Effect<A, E | Explained, R>) =>
  effect.pipe(Effect.catchIf(isAwsError, (cause) => Effect.fail(explain(cause))))

const TAGS = new Set(["AwsError", "ObjectMissing", "RunUnreadable", "StackMissing"])

const isAwsError = (error: unknown): error is Explained =>
  typeof error === "object" && error !== null && "_tag" in error && TAGS.has(String(error._tag))

const explain = (error: Explained): Unavailable | InvalidRequest => {
  switch (error._tag) {
    case "StackMissing":
      return new InvalidRequest({
        problem: `${error.message}.`,
        remedy: "See which there are: aws cloudformation list-stacks",
      })
    case "RunUnreadable":
      return new Unavailable({ problem: error.problem, remedy: error.remedy, cause: error })
    case "ObjectMissing":
      return new Unavailable({ problem: `${error.message}.`, remedy: "", cause: error })
    case "AwsError":
      return new Unavailable({
        problem: `AWS refused, or did not answer: ${error.message}`,
        remedy: remedy(error),
        cause: error,
      })
  }
}

const remedy = ({ code, detail, retryable }: AwsError): string => {
  const words = `${code} ${detail}`
  if (/region is missing/i.test(words)) return "Name the region: export AWS_REGION=…"
  if (/credential|token|signature|InvalidAccessKeyId/i.test(words))
    return "Check the credentials: aws sts get-caller-identity"
  if (/AccessDenied|not authorized/i.test(words))
    return "The credentials may not do this. Ask for the permission, or use others."
  return retryable ? "Try again in a moment." : ""
}
