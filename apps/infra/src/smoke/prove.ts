/** All checks of a deployed stage, and tidying up before and after, however they end. */
import { type Check, type CheckResult, harmless, NotChecked, runChecks, type Watcher } from "@pos/deployment"
import { Effect } from "effect"
import { athena } from "./athena-check.ts"
import { afterOthers, beforeOthers } from "./canary-checks.ts"
import { alarmChecks, incidents } from "./incident-checks.ts"
import { Listener } from "./listener.ts"
import { tidied, tidyBefore } from "./tidy.ts"

const clean = { name: "clean", title: "nothing is left of an earlier try-out", prove: tidyBefore }
const tidy = { name: "tidy", title: "nothing is left of this one", prove: tidied }

/** A check that is not made, and why. */
const left = (check: { readonly name: string; readonly title: string }, reason: string): Check<never> => ({
  name: check.name,
  title: check.title,
  prove: new NotChecked({ reason }),
})

export const prove = Effect.fn("prove")(function* ({
  alarms,
  watcher,
}: {
  readonly alarms: boolean
  readonly watcher: Watcher
}) {
  const found: Array<CheckResult> = []
  found.push(...(yield* runChecks(harmless, watcher)))
  const [before] = yield* runChecks([clean], watcher)
  if (before !== undefined) found.push(before)
  const sending = [...beforeOthers, athena, ...afterOthers, ...incidents]
  // Where rows that are no canary's stand on its date, or the tables can't be written, nothing is sent.
  if (before?.status === "failed") {
    const reason = "Nothing was sent, because the tables could not be cleaned before; see the check clean."
    found.push(
      ...(yield* runChecks(
        sending.map((check) => left(check, reason)),
        watcher,
      )),
    )
    return found
  }
  // Somebody listens from here on only: the checks above are about who was subscribed before.
  const rest = Effect.gen(function* () {
    found.push(...(yield* runChecks(sending, watcher)))
    const telling = alarms ? alarmChecks : alarmChecks.map((check) => left(check, "Only with --alarms."))
    found.push(...(yield* runChecks(telling, watcher)))
  })
  yield* rest.pipe(
    Effect.provide(Listener.layer),
    Effect.onInterrupt(() => Effect.asVoid(runChecks([tidy], watcher))),
  )
  found.push(...(yield* runChecks([tidy], watcher)))
  return found
})
