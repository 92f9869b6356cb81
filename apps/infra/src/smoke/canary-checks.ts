/** The canary's way: into the tables, again without counting twice, and out of them. */
import { ObjectStore } from "@pos/aws"
import { type Check, Deployment, NotChecked, Problem } from "@pos/deployment"
import { ExecutionOutput, Failure, rejectedLayout } from "@pos/pipeline"
import { Effect, Option, Ref, Schema, Stream } from "effect"
import { Attempt } from "./attempt.ts"
import { badFile, DATE, goodFile, hollowFiles, REASON, ROWS } from "./canary.ts"
import { dropCanary } from "./jobs.ts"
import { Listener } from "./listener.ts"
import type { Needs } from "./needs.ts"
import { type Ended, sendAndFollow } from "./runs.ts"
import { tablesHold } from "./tables.ts"

const decodeOutput = Schema.decodeUnknownOption(Schema.fromJsonString(ExecutionOutput))
const decodeFailure = Schema.decodeUnknownOption(Schema.fromJsonString(Failure))

const reasonOf = ({ execution }: Ended): string => {
  const failure = decodeFailure(execution.cause)
  return Option.isSome(failure) ? failure.value.reason : (execution.cause ?? "no reason was given")
}

/** What the run did to the tables. */
const loadedBy = Effect.fnUntraced(function* (ended: Ended) {
  const { stack } = yield* Deployment
  const { execution, input } = ended
  const output = decodeOutput(execution.output)
  if (execution.status === "SUCCEEDED" && Option.isSome(output)) return output.value
  return yield* new Problem({
    what: `The canary's run ${input.runId} ended ${execution.status}: ${reasonOf(ended)}`,
    next: `See it whole before it is tidied away, by a file of your own: npx pos ingest FILE --stack ${stack}.`,
  })
})

const ifLoaded = Effect.gen(function* () {
  const { loaded } = yield* Attempt
  if (!(yield* Ref.get(loaded))) {
    return yield* new NotChecked({ reason: "The canary did not get into the tables; see the check canary." })
  }
})

const canary = {
  name: "canary",
  title: "a file goes through to the tables",
  prove: Effect.gen(function* () {
    const { loaded } = yield* Attempt
    const ended = yield* sendAndFollow("canary", goodFile)
    // Whatever the run says: rows may be there.
    yield* Ref.set(loaded, true)
    const { rows } = yield* loadedBy(ended).pipe(Effect.tapError(() => Ref.set(loaded, false)))
    if (rows?.appended === ROWS) return `run ${ended.input.runId}, ${ROWS} rows on ${DATE}`
    return yield* new Problem({
      what: `The run ${ended.input.runId} of the canary's ${ROWS} rows appended ${rows?.appended ?? "none"}, with ${rows?.conflicts ?? 0} conflicts.`,
      next: `Find out who else sends rows of the canary's store and product on ${DATE}.`,
    })
  }),
}

const tables = {
  name: "tables",
  title: "curated rows and KPIs are right",
  prove: Effect.gen(function* () {
    yield* ifLoaded
    return `${yield* tablesHold(true)} tables hold what they should on ${DATE}`
  }),
}

const again = {
  name: "resend",
  title: "the same file again counts nothing twice",
  prove: Effect.gen(function* () {
    yield* ifLoaded
    const ended = yield* sendAndFollow("again", goodFile)
    const { outcome, rows } = yield* loadedBy(ended)
    if (outcome !== "NothingNew" || rows?.duplicates !== ROWS) {
      return yield* new Problem({
        what: `The run ${ended.input.runId} of a file that was sent before ended with ${outcome}: ${rows?.appended} rows appended, ${rows?.duplicates} known.`,
        next: "Stop loading, and look at the transformation job's log.",
      })
    }
    yield* tablesHold(true)
    return `run ${ended.input.runId}, ${ROWS} rows known`
  }),
}

const dropped = {
  name: "drop",
  title: "maintenance takes the canary out",
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const { loaded } = yield* Attempt
    yield* ifLoaded
    yield* dropCanary()
    yield* tablesHold(false)
    yield* Ref.set(loaded, false)
    return `by commits of ${outputs.MaintenanceJobName}; nothing is left on ${DATE}`
  }),
}

const rejected = {
  name: "rejected",
  title: "a broken file is rejected, and people are told",
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const store = yield* ObjectStore
    const { told } = yield* Listener
    const ended = yield* sendAndFollow("broken", badFile)
    const { execution, input } = ended
    if (execution.error !== "Pos.NoValidFile" || !reasonOf(ended).includes(REASON)) {
      return yield* new Problem({
        what: `The run ${input.runId} of a broken file ended ${execution.status} (${execution.error ?? "no error"}: ${reasonOf(ended)}), not with Pos.NoValidFile and ${REASON}.`,
        next: "Look at the validation job's log.",
      })
    }
    const { reports } = rejectedLayout(input.eventTime, input.runId)
    const found = yield* Stream.runCount(store.list(outputs.RejectedBucketName, reports))
    if (found !== 1) {
      return yield* new Problem({
        what: `The run ${input.runId} rejected a file and left ${found} reports below s3://${outputs.RejectedBucketName}/${reports}.`,
        next: "Look at the validation job's log.",
      })
    }
    yield* told(new RegExp(`Run ${input.runId} of \\S+ failed`), `The notice of the failed run ${input.runId}`)
    return `run ${input.runId}: report and notice, ${REASON}`
  }),
}

/** Nothing is loaded, so that whoever uses the tables, or has none of such data, sees nothing of it. */
const others = {
  name: "datasets",
  title: "files of the other datasets find their contracts",
  prove: Effect.gen(function* () {
    const runs = yield* Effect.forEach(
      hollowFiles,
      Effect.fnUntraced(function* ({ dataset, file, reason }) {
        const ended = yield* sendAndFollow(`hollow-${dataset}`, file, dataset)
        const { execution, input } = ended
        if (input.dataset === dataset && execution.error === "Pos.NoValidFile" && reasonOf(ended).includes(reason)) {
          return `${dataset} ${input.runId}`
        }
        return yield* new Problem({
          what: `The run ${input.runId} of a file of ${dataset} without values was about ${input.dataset ?? "no dataset"} and ended ${execution.status} (${execution.error ?? "no error"}: ${reasonOf(ended)}), not with Pos.NoValidFile and ${reason}.`,
          next: "Look at the trigger's log and at the validation job's: are both deployed from this checkout?",
        })
      }),
      { concurrency: "unbounded" },
    )
    return runs.length === 0 ? "there are no others" : `rejected as they must be: ${runs.join(", ")}`
  }),
}

/** In their order: each goes on from where the last one ended. */
export const beforeOthers: ReadonlyArray<Check<Needs>> = [canary, tables]
export const afterOthers: ReadonlyArray<Check<Needs>> = [again, dropped, rejected, others]
