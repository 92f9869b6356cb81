/** Makes checks, one after the other. None hides another. */
import type { AwsError } from "@pos/aws"
import { Clock, Effect } from "effect"
import type { Check, CheckResult, NotChecked, Problem, Status } from "./check.ts"
import { oneLine } from "./internal/text.ts"

/** Of which `about` is told as each check begins and ends. */
export interface Watcher {
  readonly begins: (check: { readonly name: string; readonly title: string }) => Effect.Effect<void>
  readonly ended: (result: CheckResult) => Effect.Effect<void>
}

export const unwatched: Watcher = { begins: () => Effect.void, ended: () => Effect.void }

/** The results, in the order of the checks. */
export const runChecks = <R>(
  checks: ReadonlyArray<Check<R>>,
  watcher: Watcher = unwatched,
): Effect.Effect<ReadonlyArray<CheckResult>, never, R> => Effect.forEach(checks, (check) => runCheck(check, watcher))

/** One check; whatever goes wrong in it is its result. */
export const runCheck = Effect.fnUntraced(function* <R>(check: Check<R>, watcher: Watcher) {
  const { name, prove, title } = check
  yield* watcher.begins({ name, title })
  const began = yield* Clock.currentTimeMillis
  const [status, detail] = yield* prove.pipe(
    Effect.map((seen): Ended => ["passed", seen]),
    Effect.catch((error) => Effect.succeed(endOf(error))),
    // A defect of a check is no reason to lose the others.
    Effect.catchDefect((defect) => Effect.succeed<Ended>(["failed", `The check itself broke: ${String(defect)}`])),
  )
  const seconds = Math.round((yield* Clock.currentTimeMillis) - began) / 1000
  const result: CheckResult = { name, title, status, detail: oneLine(detail), seconds }
  yield* watcher.ended(result)
  return result
})

type Ended = readonly [Status, string]

const endOf = (error: Problem | NotChecked | AwsError): Ended => {
  switch (error._tag) {
    case "NotChecked":
      return ["skipped", error.message]
    case "Problem":
      return ["failed", error.message]
    case "AwsError":
      return isDenied(error)
        ? ["skipped", `These credentials may not do it: ${error.message}. docs/deploying.md lists the rights.`]
        : ["failed", `AWS refused, or did not answer: ${error.message}.`]
  }
}

/** Whether AWS refused the call for want of a right. */
export const isDenied = ({ code }: { readonly code: string }): boolean =>
  /AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|^Forbidden|^403$/.test(code)
