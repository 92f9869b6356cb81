/** All that a run has written, read as one report. */
import type { ExecutionEnd } from "@pos/aws"
import type { FileLine, RunId, TransformationSummary, ValidationSummary } from "@pos/pipeline"
import { Effect } from "effect"
import { conflictOf } from "./conflicts.ts"
import { readTransformation, readValidation, readVerdicts } from "./documents.ts"
import { datasetOf, failureOf, type RunReport } from "./run-report.ts"

/** What a run has written about its files and rows. */
export interface RunDocuments {
  readonly validation: ValidationSummary | undefined
  readonly transformation: TransformationSummary | undefined
  readonly verdicts: ReadonlyArray<FileLine>
}

const readRunDocuments = Effect.fn("readRunDocuments")(function* (results: string, runId: RunId) {
  return yield* Effect.all(
    {
      validation: readValidation(results, runId),
      transformation: readTransformation(results, runId),
      verdicts: readVerdicts(results, runId),
    },
    { concurrency: 3 },
  )
})

/** The verdicts on a run's files as people and scripts read them. `nameOf` gives a key's name as the user knows it. */
export const filesOf = (
  dataset: RunReport["dataset"],
  verdicts: ReadonlyArray<FileLine>,
  nameOf: (key: string) => string = (key) => key,
): RunReport["files"] =>
  verdicts.map(({ file, verdict, rows, reasons }) => ({
    file: nameOf(file),
    key: file,
    ...(dataset === null ? {} : { dataset }),
    verdict,
    rows,
    reasons,
  }))

/** The report that these documents make. `nameOf` gives a key's name as the user knows it. */
export const runReportOf = (
  runId: RunId,
  execution: ExecutionEnd,
  { transformation, validation, verdicts }: RunDocuments,
  nameOf: (key: string) => string = (key) => key,
): RunReport => {
  const dataset = datasetOf(execution) ?? validation?.dataset ?? null
  return {
    runId,
    dataset,
    status: execution.status,
    outcome: transformation?.outcome ?? null,
    started: execution.started.toISOString(),
    seconds: ((execution.ended ?? new Date()).getTime() - execution.started.getTime()) / 1000,
    files: filesOf(dataset, verdicts, nameOf),
    rows: validation
      ? {
          ...validation.rows,
          appended: transformation?.rows.appended ?? null,
          duplicates: transformation?.rows.duplicates ?? null,
          conflicts: transformation?.rows.conflicts ?? null,
          updated: transformation?.rows.updated ?? null,
          ...(transformation?.rows.superseded === undefined ? {} : { superseded: transformation.rows.superseded }),
        }
      : null,
    tables: transformation?.tables ?? [],
    conflicts: (transformation?.conflictSamples ?? []).map((sample) => conflictOf(runId, sample)),
    stale: (transformation?.stale ?? []).map(({ table, date, problem }) => ({ table, date, problem })),
    timings: { validation: validation?.timings ?? null, transformation: transformation?.timings ?? null },
    failure: failureOf(execution),
  }
}

/** All that is known about a run now. `nameOf` gives a key's name as the user knows it. */
export const readRunReport = Effect.fn("readRunReport")(function* (
  results: string,
  runId: RunId,
  execution: ExecutionEnd,
  nameOf?: (key: string) => string,
) {
  return runReportOf(runId, execution, yield* readRunDocuments(results, runId), nameOf)
})
