/** Glue jobs, run to their end. */
import { Jobs } from "@pos/aws"
import { Deployment, Problem } from "@pos/deployment"
import { type ArgumentName, jobArguments } from "@pos/pipeline"
import { Effect } from "effect"
import { Attempt, awaited } from "./attempt.ts"

/** Runs the maintenance job with these arguments; waits its turn when it runs already. */
export const maintenance = Effect.fn("maintenance")(function* (given: Readonly<Partial<Record<ArgumentName, string>>>) {
  const { outputs } = yield* Deployment
  const { patience } = yield* Attempt
  const jobs = yield* Jobs
  const job = outputs.MaintenanceJobName
  const late = new Problem({
    what: `The job ${job} could not be run to its end within the time that a try-out gives it.`,
    next: `See what it does: aws glue get-job-runs --job-name ${job}`,
  })
  const id = yield* awaited(
    jobs.start({ job, arguments: jobArguments(given) }).pipe(
      Effect.catchIf(
        (error) => error.code === "ConcurrentRunsExceededException",
        () => Effect.succeed(undefined),
      ),
    ),
    patience,
  )
  if (id === undefined) return yield* late
  const ended = yield* awaited(
    Effect.map(jobs.describe({ job, id }), (run) => (run.ended ? run : undefined)),
    patience,
  )
  return ended === undefined ? yield* late : { id, ...ended }
})

/** Takes the canary out of the tables; what the job says when it refuses is the problem. */
export const dropCanary = Effect.fn("dropCanary")(function* () {
  const { outputs } = yield* Deployment
  const { stamp } = yield* Attempt
  const run = yield* maintenance({ drop_canary: "yes", run_id: `smoke-${stamp}` })
  if (run.succeeded) return
  return yield* new Problem({
    what: `The job ${outputs.MaintenanceJobName} did not take the canary out: ${run.message ?? run.state}`,
    next: `Its log says more (run ${run.id}).`,
  })
})
