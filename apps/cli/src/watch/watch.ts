/** Looks at a deployment again and again, and tells what is new. */
import { Executions } from "@pos/aws"
import type { RunId } from "@pos/pipeline"
import { type FoundRun, newestRuns, readManifest, readRunReport, readValidation, readVerdicts } from "@pos/runs"
import { datasetOf } from "@pos/runs/report"
import { Clock, type Duration, Effect, Schedule, Stream } from "effect"
import { explainAws } from "../aws.ts"
import type { News } from "./news.ts"

/** More runs than begin between two looks. */
const LOOKED_AT = 100

/** What has been told of a run so far. */
interface Known {
  /** Undefined before its manifest is there. */
  readonly dataset?: News["dataset"]
  readonly judged: boolean
}

interface Watched {
  readonly machine: string
  readonly results: string
  readonly every: Duration.Duration
}

const now = Effect.map(Clock.currentTimeMillis, (time) => new Date(time).toISOString())

/** What is new about a run, and what is known of it then; no longer anything when it is over. */
const lookAt = Effect.fnUntraced(function* (results: string, { execution, runId }: FoundRun, known: Known) {
  const at = yield* now
  const news: Array<News> = []
  const over = execution.status !== "RUNNING"
  const manifest = known.dataset === undefined ? yield* readManifest(results, runId) : undefined
  const dataset = known.dataset ?? manifest?.dataset ?? null
  if (manifest !== undefined)
    news.push({ event: "begun", at, runId, dataset, files: manifest.files.map(({ key }) => key) })
  const judged = known.judged || (yield* readValidation(results, runId)) !== undefined
  if (judged && !known.judged)
    for (const { file, reasons, rows, verdict } of yield* readVerdicts(results, runId))
      news.push({
        event: "judged",
        at,
        runId,
        dataset,
        file: { file, verdict, rows, reasons, ...(dataset === null ? {} : { dataset }) },
      })
  if (over) {
    const executions = yield* Executions
    const end = yield* executions.describe(execution.arn)
    const { failure, rows, seconds, status } = yield* readRunReport(results, runId, end)
    news.push({
      event: "ended",
      at,
      runId,
      dataset: datasetOf(end) ?? dataset,
      status,
      seconds,
      appended: rows?.appended ?? null,
      failure,
    })
  }
  const isKnown = known.dataset !== undefined || manifest !== undefined
  return { news, known: over ? undefined : { ...(isKnown ? { dataset } : {}), judged } }
})

/** What happens from now on, without an end: of runs that are over already, nothing. */
export const watch = ({ every, machine, results }: Watched) => {
  const open = new Map<RunId, Known>()
  const over = new Set<RunId>()
  let looked = false
  const look = Effect.gen(function* () {
    const found = yield* newestRuns(machine, LOOKED_AT)
    if (!looked) for (const { execution, runId } of found) if (execution.status !== "RUNNING") over.add(runId)
    looked = true
    const news: Array<News> = []
    for (const run of found.filter(({ runId }) => !over.has(runId)).toReversed()) {
      const seen = yield* lookAt(results, run, open.get(run.runId) ?? { judged: false })
      news.push(...seen.news)
      if (seen.known === undefined) {
        open.delete(run.runId)
        over.add(run.runId)
      } else open.set(run.runId, seen.known)
    }
    return news
  }).pipe(explainAws)
  return Stream.fromEffectSchedule(look, Schedule.spaced(every)).pipe(Stream.flatMap(Stream.fromIterable))
}
