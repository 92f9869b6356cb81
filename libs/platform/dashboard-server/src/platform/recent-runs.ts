/**
 * The newest runs with what they have written. What has ended does not change, so it is read once; and the verdicts on its
 * files, which are many, only where somebody needs them.
 */
import { type ExecutionEnd, Executions, type ObjectStore } from "@pos/aws"
import type { FileCounts, FileLine, RunId } from "@pos/pipeline"
import {
  filesOf,
  type FoundRun,
  newestRuns,
  type RunDocuments,
  readTransformation,
  readValidation,
  readVerdicts,
  runReportOf,
} from "@pos/runs"
import type { RunReport } from "@pos/runs/report"
import { Context, Duration, Effect, Layer, Semaphore } from "effect"
import { NotAnswered } from "../api/api.ts"
import { Source } from "../source.ts"

/** A run without its files. */
export interface ListedRun {
  readonly report: Omit<RunReport, "files">
  /** How many files it has had; null before they were judged. */
  readonly counts: FileCounts | null
  /** The first of the dates that it touched. */
  readonly dates: ReadonlyArray<string>
}

export interface RecentRun {
  readonly report: RunReport
  /** The first of the dates that it touched. */
  readonly dates: ReadonlyArray<string>
  /** The files of its validated rows, and which file of a supplier's each is of: one, or the one that has the number. */
  readonly validated: ReadonlyArray<ValidatedRows>
}

/** Where rows of a supplier's file lie. `member`: the number that they have there, where others lie beside them. */
export interface ValidatedRows {
  readonly uri: string
  readonly file: string
  readonly member?: number | undefined
}

/** What a run has written about itself, but for its files. */
interface Written extends Omit<RunDocuments, "verdicts"> {
  readonly described: ExecutionEnd
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
    readonly newest: (limit: number) => Effect.Effect<ReadonlyArray<ListedRun>, NotAnswered>
    /** These runs with their files. */
    readonly withFiles: (runs: ReadonlyArray<ListedRun>) => Effect.Effect<ReadonlyArray<RecentRun>, NotAnswered>
    readonly one: (runId: string) => Effect.Effect<RecentRun | undefined, NotAnswered>
  }
>()("@pos/dashboard/RecentRuns") {
  static readonly layer = Layer.effect(
    RecentRuns,
    Effect.gen(function* () {
      const { machine, resultsBucket } = yield* Source
      const services = yield* Effect.context<Executions | ObjectStore>()
      const executions = yield* Executions
      const ended = { documents: new Map<RunId, Written>(), verdicts: new Map<RunId, ReadonlyArray<FileLine>>() }
      // Several questions of a page need the same runs: the first one reads them, and the others wait.
      const turns = { documents: yield* Semaphore.make(1), verdicts: yield* Semaphore.make(1) }
      const listed = yield* newestRuns(machine, MOST_RUNS).pipe(
        Effect.tap((found) =>
          Effect.sync(() => {
            // What is no longer among the newest is asked for by nobody.
            const newest = new Set(found.map(({ runId }) => runId))
            for (const known of Object.values(ended))
              for (const runId of known.keys()) if (!newest.has(runId)) known.delete(runId)
          }),
        ),
        Effect.provideContext(services),
        Effect.cachedWithTTL(LISTED_FOR),
      )
      const written = Effect.fnUntraced(function* ({ execution, runId }: FoundRun) {
        const { arn, status } = execution
        const known = ended.documents.get(runId)
        if (known !== undefined) return known
        // Step Functions describes a few executions a second; of one that went well its documents tell everything.
        const described = status === "SUCCEEDED" ? execution : yield* executions.describe(arn)
        const [validation, transformation] = yield* Effect.all(
          [readValidation(resultsBucket, runId), readTransformation(resultsBucket, runId)],
          { concurrency: 2 },
        )
        const found: Written = { described, validation, transformation }
        if (status !== "RUNNING") ended.documents.set(runId, found)
        return found
      }, Effect.provideContext(services))
      const list = Effect.fnUntraced(function* (found: FoundRun) {
        const { described, ...documents } = yield* written(found)
        const { transformation, validation } = documents
        const { files: _none, ...report } = runReportOf(found.runId, described, { ...documents, verdicts: [] })
        return { report, counts: validation?.files ?? null, dates: transformation?.dates ?? [] } satisfies ListedRun
      })
      const complete = Effect.fnUntraced(function* ({ dates, report }: ListedRun) {
        const { dataset, runId, status } = report
        const verdicts = ended.verdicts.get(runId) ?? (yield* readVerdicts(resultsBucket, runId))
        if (status !== "RUNNING") ended.verdicts.set(runId, verdicts)
        return {
          report: { ...report, files: filesOf(dataset, verdicts) },
          dates,
          validated: verdicts.flatMap(({ file, member, parts = [], validated }) =>
            [...(validated === null ? [] : [validated]), ...parts].map((uri) => ({ uri, file, member })),
          ),
        } satisfies RecentRun
      }, Effect.provideContext(services))
      const listAll = (found: ReadonlyArray<FoundRun>) =>
        turns.documents.withPermit(Effect.forEach(found, list, { concurrency: AT_ONCE }))
      const completeAll = (runs: ReadonlyArray<ListedRun>) =>
        turns.verdicts.withPermit(Effect.forEach(runs, complete, { concurrency: AT_ONCE }))
      return {
        newest: Effect.fn("RecentRuns.newest")(function* (limit: number) {
          return yield* listAll((yield* listed).slice(0, limit))
        }, Effect.mapError(notAnswered)),
        withFiles: Effect.fn("RecentRuns.withFiles")(completeAll, Effect.mapError(notAnswered)),
        one: Effect.fn("RecentRuns.one")(function* (runId: string) {
          const found = (yield* listed).filter((run) => run.runId === runId)
          const [run] = yield* completeAll(yield* listAll(found))
          return run
        }, Effect.mapError(notAnswered)),
      }
    }),
  )
}
