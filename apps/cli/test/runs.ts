/** Runs for tests. */
import type { RunReport } from "@pos/runs/report"

export const RUN = "20170101T060000123Z-0123456789ab"
export const LATER = "20170102T060000123Z-0123456789ab"

export const run = (changes: Partial<RunReport> = {}): RunReport => ({
  runId: RUN,
  dataset: "sales",
  status: "SUCCEEDED",
  outcome: "loaded",
  started: "2017-01-01T06:00:00.000Z",
  seconds: 4,
  files: [
    { file: "a.csv", key: "incoming/a.csv", verdict: "valid", rows: { total: 3, valid: 3, invalid: 0 }, reasons: [] },
  ],
  rows: { total: 3, valid: 3, invalid: 0, repeated: 0, appended: 2, duplicates: 1, conflicts: 0, updated: 0 },
  tables: [{ name: "sales", path: "curated/sales", version: 1, inserted: 2, updated: 0, deleted: 0, appended: 2 }],
  conflicts: [],
  stale: [],
  timings: { validation: { read: 1 }, transformation: { curated: 2 } },
  failure: null,
  ...changes,
})
