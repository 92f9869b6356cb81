/** The newest runs with all that they have written. What has ended does not change, so it is read once. */
import { Executions, type ObjectStore } from "@pos/aws"
import type { RunId } from "@pos/pipeline"
import { type FoundRun, newestRuns, readRunDocuments, runReportOf } from "@pos/runs"
import type { RunReport } from "@pos/runs/report"
import { Context, Duration, Effect, Layer } from "effect"
import { NotAnswered } from "../api/api.ts"
import { Source } from "../source.ts"

export interface RecentRun {
  readonly report: RunReport
  /** The first of the dates that it touched. */
  readonly dates: ReadonlyArray<string>
  /** The files of its validated rows, and which file of a supplier's each is of. */
  readonly validated: ReadonlyArray<{ readonly uri: string; readonly file: string }>
}

const AT_ONCE = 16
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
        Effect.tap((found) =>
          Effect.sync(() => {
            // What is no longer among the newest is asked for by nobody.
            const newest = new Set(found.map(({ runId }) => runId))
            for (const runId of ended.keys()) if (!newest.has(runId)) ended.delete(runId)
          }),
        ),
        Effect.provideContext(services),
        Effect.cachedWithTTL(LISTED_FOR),
      )
      const read = Effect.fnUntraced(function* ({ execution, runId }: FoundRun) {
        const { arn, status } = execution
        const known = ended.get(runId)
        if (known !== undefined) return known
        // Step Functions describes a few executions a second; of one that went well its documents tell everything.
        const described = status === "SUCCEEDED" ? execution : yield* executions.describe(arn)
        const documents = yield* readRunDocuments(resultsBucket, runId)
        const run: RecentRun = {
          report: runReportOf(runId, described, documents),
          dates: documents.transformation?.dates ?? [],
          validated: documents.verdicts.flatMap(({ file, parts = [], validated }) =>
            [...(validated === null ? [] : [validated]), ...parts].map((uri) => ({ uri, file })),
          ),
        }
        if (status !== "RUNNING") ended.set(runId, run)
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
