/** The newest runs with all that they have written. What has ended does not change, so it is read once. */
import { Executions, type ObjectStore } from "@pos/aws"
import type { RunId } from "@pos/pipeline"
import { type FoundRun, newestRuns, readRunReport, readTransformation } from "@pos/runs"
import type { RunReport } from "@pos/runs/report"
import { Context, Duration, Effect, Layer } from "effect"
import { NotAnswered } from "../api/api.ts"
import { Source } from "../source.ts"

export interface RecentRun {
  readonly report: RunReport
  /** The first of the dates that it touched. */
  readonly dates: ReadonlyArray<string>
}

const AT_ONCE = 16
/** More runs than anybody looks at. */
const MOST_KEPT = 2000
/** How long a list of executions is taken for the present one. */
const LISTED_FOR = Duration.seconds(2)
export const MOST_RUNS = 500

const notAnswered = (cause: { readonly message: string }) =>
  new NotAnswered({
    problem: `The runs can't be read: ${cause.message.split("\n")[0]}`,
    remedy: "Does the deployment answer, and may your credentials read it? See: pos runs",
  })

export class RecentRuns extends Context.Service<
  RecentRuns,
  {
    /** The newest first. */
    readonly newest: (limit: number) => Effect.Effect<ReadonlyArray<RecentRun>, NotAnswered>
    readonly one: (runId: string) => Effect.Effect<RecentRun | undefined, NotAnswered>
  }
>()("@pos/dashboard/RecentRuns") {
  static readonly layer = Layer.effect(
    RecentRuns,
    Effect.gen(function* () {
      const { machine, resultsBucket } = yield* Source
      const services = yield* Effect.context<Executions | ObjectStore>()
      const executions = yield* Executions
      const ended = new Map<RunId, RecentRun>()
      const listed = yield* newestRuns(machine, MOST_RUNS).pipe(
        Effect.provideContext(services),
        Effect.cachedWithTTL(LISTED_FOR),
      )
      const read = Effect.fnUntraced(function* ({ execution, runId }: FoundRun) {
        const { arn, status } = execution
        const known = ended.get(runId)
        if (known !== undefined) return known
        // Step Functions describes a few executions a second; of one that went well its documents tell everything.
        const described = status === "SUCCEEDED" ? execution : yield* executions.describe(arn)
        const report = yield* readRunReport(resultsBucket, runId, described)
        const transformation = yield* readTransformation(resultsBucket, runId)
        const run: RecentRun = { report, dates: transformation?.dates ?? [] }
        if (status !== "RUNNING" && ended.size < MOST_KEPT) ended.set(runId, run)
        return run
      }, Effect.provideContext(services))
      return {
        newest: Effect.fn("RecentRuns.newest")(function* (limit: number) {
          const found = (yield* listed).slice(0, limit)
          return yield* Effect.forEach(found, read, { concurrency: AT_ONCE })
        }, Effect.mapError(notAnswered)),
        one: Effect.fn("RecentRuns.one")(function* (runId: string) {
          const found = (yield* listed).find((run) => run.runId === runId)
          return found === undefined ? undefined : yield* read(found)
        }, Effect.mapError(notAnswered)),
      }
    }),
  )
}
