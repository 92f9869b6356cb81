/** Several runs that one ingest has led to, as one result. Pure. */
import { RunReport } from "@pos/runs/report"
import { Schema } from "effect"

/** What `ingest --json` prints: a run, or several as one. Scripts rely on this shape; it may only grow. */
export const CombinedRun = Schema.Struct({
  ...RunReport.fields,
  /** The runs themselves, where there are several. */
  runs: Schema.optionalKey(Schema.Array(RunReport)),
})
export type CombinedRun = typeof CombinedRun.Type

type RowCounts = NonNullable<RunReport["rows"]>
type Table = RunReport["tables"][number]

/** From the worst: a result is as bad as its worst run. */
const BY_SEVERITY: ReadonlyArray<RunReport["status"]> = [
  "FAILED",
  "TIMED_OUT",
  "ABORTED",
  "PENDING_REDRIVE",
  "RUNNING",
  "SUCCEEDED",
]

/** The newest run carries the id; counts are sums. The runs themselves stay beside it when there are several. */
export const combine = (runs: readonly [RunReport, ...ReadonlyArray<RunReport>]): CombinedRun => {
  const [only] = runs
  if (runs.length === 1) return only
  const ordered = runs.toSorted((a, b) => a.runId.localeCompare(b.runId))
  const newest = ordered.at(-1) ?? only
  const starts = ordered.map(({ started }) => Date.parse(started))
  const ends = ordered.map(({ started, seconds }) => Date.parse(started) / 1000 + seconds)
  const datasets = new Set(ordered.map(({ dataset }) => dataset))
  return {
    ...newest,
    dataset: datasets.size === 1 ? newest.dataset : null,
    status: BY_SEVERITY.find((status) => runs.some((run) => run.status === status)) ?? newest.status,
    outcome: runs.some(({ outcome }) => outcome === "loaded") ? "loaded" : newest.outcome,
    started: new Date(Math.min(...starts)).toISOString(),
    seconds: Math.max(...ends) - Math.min(...starts) / 1000,
    files: ordered.flatMap(({ files }) => files),
    rows: ordered.map(({ rows }) => rows).reduce(addRows, null),
    tables: ordered.flatMap(({ tables }) => tables).reduce(addTable, []),
    conflicts: ordered.flatMap(({ conflicts }) => conflicts),
    // Each run tells all that there are of its dataset: the newest knows.
    stale: [...datasets].flatMap((dataset) => ordered.findLast((run) => run.dataset === dataset)?.stale ?? []),
    failure: ordered.map(({ failure }) => failure).findLast((failure) => failure !== null) ?? null,
    runs: ordered,
  }
}

const sum = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b)

const addRows = (a: RowCounts | null, b: RowCounts | null): RowCounts | null =>
  a === null || b === null
    ? (a ?? b)
    : {
        total: a.total + b.total,
        valid: a.valid + b.valid,
        invalid: a.invalid + b.invalid,
        repeated: a.repeated + b.repeated,
        appended: sum(a.appended, b.appended),
        duplicates: sum(a.duplicates, b.duplicates),
        conflicts: sum(a.conflicts, b.conflicts),
        updated: sum(a.updated, b.updated),
        ...(a.superseded === undefined && b.superseded === undefined
          ? {}
          : { superseded: (a.superseded ?? 0) + (b.superseded ?? 0) }),
      }

const addTable = (tables: ReadonlyArray<Table>, table: Table): ReadonlyArray<Table> => {
  const before = tables.find(({ name }) => name === table.name)
  if (before === undefined) return [...tables, table]
  const both = {
    ...table,
    version: Math.max(before.version, table.version),
    inserted: before.inserted + table.inserted,
    updated: before.updated + table.updated,
    deleted: before.deleted + table.deleted,
    ...(table.appended === undefined && before.appended === undefined
      ? {}
      : { appended: (before.appended ?? 0) + (table.appended ?? 0) }),
  }
  return tables.map((other) => (other.name === table.name ? both : other))
}
