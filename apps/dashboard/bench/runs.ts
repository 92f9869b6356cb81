/** The documents of a run a day, as the jobs write them: each store has sent a file. They are made when they are asked for. */
import { Executions, ObjectMissing, ObjectStore } from "@pos/aws"
import { type FileLine, runLayout, type TransformationSummary, type ValidationSummary } from "@pos/pipeline"
import { Effect, Layer, Stream } from "effect"

interface Past {
  /** The folder of the validated files. */
  readonly folder: string
  /** From 2020-01-01 on. */
  readonly days: number
  readonly stores: number
  /** Of a day. */
  readonly rows: number
}

const FIRST = Date.parse("2020-01-01T00:00:00Z")
const DAY = 86_400_000
/** Late rows are as old as this. */
const LATE = 7
/** One file in so many is rejected. */
const REJECTED = 250

export const dateOf = (day: number): string => new Date(FIRST + day * DAY).toISOString().slice(0, 10)

/** The run that loads a day comes on the morning after. */
const idOf = (day: number): string => `${dateOf(day + 1).replaceAll("-", "")}T060000000Z-0123456789ab`

/** The newest one has run today, whatever its dates are. */
const startOf = ({ days }: Past, day: number): Date => new Date(Date.now() - (days - 1 - day) * DAY)

const contract = { name: "pos-sales", version: "2.0.0", hash: "0" }

const linesOf = ({ folder, rows, stores }: Past, day: number): string => {
  const [date, total] = [dateOf(day), Math.round(rows / stores)]
  return Array.from({ length: stores }, (_, at): typeof FileLine.Encoded => {
    const isRejected = (day * 31 + at) % REJECTED === 0
    const invalid = isRejected ? 3 : 0
    return {
      file: `incoming/sales/store-${at + 1}/${date}.csv`,
      bucket: "source",
      versionId: `v${at}`,
      verdict: isRejected ? "rejected" : "valid",
      format: "csv",
      compression: "none",
      size: total * 50,
      rows: { total, valid: total - invalid, invalid },
      reasons: isRejected
        ? [
            {
              code: "wrong_type",
              rule: "wrong_type",
              severity: "error",
              column: "quantity",
              count: invalid,
              message: "It is no whole number.",
              samples: [{ line: 7, column: "quantity", value: "two" }],
            },
          ]
        : [],
      validated: isRejected ? null : `${folder}/day-${day}/store=${at + 1}/data_0.parquet`,
      rejected: isRejected ? `s3://rejected/${date}/${at}` : null,
    }
  })
    .map((line) => JSON.stringify(line))
    .join("\n")
}

const validationOf = (past: Past, day: number): typeof ValidationSummary.Encoded => ({
  runId: idOf(day),
  eventTime: startOf(past, day).toISOString(),
  dataset: "sales",
  contract,
  files: { total: past.stores, valid: past.stores - 2, rejected: 2, skipped: 0 },
  rows: { total: past.rows, valid: past.rows - 6, invalid: 6, repeated: 0 },
  reasons: [],
  validated: { files: past.stores - 2, rows: past.rows, bytes: past.rows * 22 },
  timings: { total: 9 },
})

const transformationOf = ({ rows }: Past, day: number): typeof TransformationSummary.Encoded => {
  const dates = Array.from({ length: Math.min(LATE, day) + 1 }, (_, back) => dateOf(day - back)).toReversed()
  const table = { path: "curated/sales", version: day + 1, inserted: rows, updated: 0, deleted: 0 }
  return {
    runId: idOf(day),
    engine: "duckdb_delta_rs",
    dataset: "sales",
    contract,
    rows: { in: rows, appended: rows, duplicates: 0, conflicts: 0, updated: 0 },
    dates,
    datesTouched: dates.length,
    tables: [{ name: "sales", ...table }],
    timings: { total: 5 },
    outcome: "loaded",
  }
}

/** What Step Functions and S3 tell of the runs; asking them takes no time here. */
export const runsOf = (past: Past) => {
  const days = new Map(Array.from({ length: past.days }, (_, day) => [idOf(day), day]))
  const executions = [...days].toReversed().map(([name, day]) => ({
    arn: name,
    name,
    status: "SUCCEEDED" as const,
    started: startOf(past, day),
    ended: new Date(startOf(past, day).getTime() + 20_000 + (day % 9) * 1000),
  }))
  const text = (key: string): string | undefined => {
    const [, runId = ""] = key.split("/")
    const day = days.get(runId)
    if (day === undefined) return undefined
    const { fileVerdicts, transformationSummary, validationSummary } = runLayout(runId)
    if (key === fileVerdicts) return linesOf(past, day)
    if (key === validationSummary) return JSON.stringify(validationOf(past, day))
    return key === transformationSummary ? JSON.stringify(transformationOf(past, day)) : undefined
  }
  return Layer.mergeAll(
    Layer.mock(Executions, { list: () => Stream.fromIterable(executions) }),
    Layer.mock(ObjectStore, {
      get: ({ bucket, key }) =>
        Effect.suspend(() => {
          const found = text(key)
          return found === undefined
            ? Effect.fail(new ObjectMissing({ bucket, key }))
            : Effect.succeed(new TextEncoder().encode(found))
        }),
    }),
  )
}
