/** Files, runs and suppliers of a small retailer. One of its suppliers sends hostile cells and names. */
import type { FileReport, Health, Origin, Run, Runs, Suppliers } from "../src/api.ts"
import { addDays } from "../src/model/dates.ts"
import { chance, decimal, HOSTILE, LAST } from "./fixture-figures.ts"

export const RUN = "20260201T060000123Z-0123456789ab"
export const origin = (query: URLSearchParams): Origin => {
  const offset = Number(query.get("offset") ?? 0)
  const limit = Number(query.get("limit") ?? 100)
  return {
    dataset: "sales",
    total: 240,
    notNarrowed: [],
    columns: ["transaction_id", "revenue", "date"],
    rows: Array.from({ length: Math.max(0, Math.min(limit, 240 - offset)) }, (_, index) => ({
      values: [index === 1 ? HOSTILE : `T-${offset + index}`, decimal(123_400 + index), query.get("date") ?? LAST],
      file: index % 2,
    })),
    files: [
      { runId: RUN, file: "incoming/acme/till-1.csv", rows: 50 },
      { runId: RUN, file: `incoming/${HOSTILE}.csv`, rows: 50 },
    ],
  }
}

const rejected: FileReport = {
  file: `incoming/acme/${HOSTILE}.csv`,
  key: `incoming/acme/${HOSTILE}.csv`,
  verdict: "rejected",
  rows: { total: 200, valid: 198, invalid: 2 },
  reasons: [
    {
      code: "not_an_integer",
      rule: "quantity.not_an_integer",
      severity: "error",
      column: "quantity",
      count: 2,
      message: "quantity is 1.5, which isn't a whole number.",
      samples: [
        { line: 4, column: "quantity", value: "1.5" },
        { line: 9, column: "quantity", value: HOSTILE },
      ],
    },
  ],
}

export const run: Run = {
  report: {
    runId: RUN,
    dataset: "sales",
    status: "SUCCEEDED",
    outcome: "loaded",
    started: "2026-02-01T06:00:00.123Z",
    seconds: 42.5,
    files: [
      rejected,
      ...Array.from({ length: 30 }, (_, index): FileReport => ({
        file: `incoming/acme/till-${index}.csv`,
        key: `incoming/acme/till-${index}.csv`,
        verdict: "valid",
        rows: { total: 200, valid: 200, invalid: 0 },
        reasons: [],
      })),
    ],
    rows: {
      total: 6200,
      valid: 6198,
      invalid: 2,
      repeated: 0,
      appended: 6000,
      duplicates: 0,
      conflicts: 0,
      updated: 0,
    },
    tables: [{ name: "sales", path: "curated/sales", inserted: 6000, updated: 0, deleted: 0, version: 31 }],
    conflicts: [],
    stale: [],
    timings: { validation: null, transformation: null },
    failure: null,
  },
  help: { not_an_integer: { meaning: "A whole number was expected.", remedy: "Send the number without a fraction." } },
}

export const runs: Runs = Array.from({ length: 25 }, (_, index) => ({
  runId: index === 0 ? RUN : `202601${String(31 - index).padStart(2, "0")}T060000123Z-0123456789ab`,
  dataset: index % 5 === 4 ? "stores" : "sales",
  status: index === 3 ? "FAILED" : "SUCCEEDED",
  started: `${addDays("2026-02-01", -index)}T06:00:00.123Z`,
  seconds: 30 + 30 * chance(`run ${index}`),
  files: { total: 31, valid: index === 3 ? 0 : 30, rejected: index % 4 === 0 ? 1 : 0, skipped: 0 },
  appended: index === 3 ? null : 6000 - index,
}))

export const suppliers: Suppliers = {
  days: 30,
  runs: 25,
  suppliers: ["acme", "nord", HOSTILE].map((name, index) => ({
    folder: `${name}/`,
    dataset: "sales",
    files: 900 - 100 * index,
    rejected: index * 7,
    rows: 180_000 - index,
    invalid: index * 12,
    last: "2026-02-01T06:00:00.123Z",
    days: 30 - index,
    usualTime: "06:15",
    reason: index === 0 ? null : { code: "not_an_integer", files: 7 * index },
  })),
}

export const health: Health = {
  freshness: [
    { dataset: "sales", newest: LAST, loaded: "2026-02-01T06:01:00.000Z", hours: 3.4 },
    { dataset: "stores", newest: null, loaded: null, hours: null },
  ],
  durations: runs.map(({ runId, dataset, started, seconds, status }, index) => ({
    runId,
    dataset,
    started,
    seconds,
    status,
    usual: index > 17 ? null : index === 2 ? seconds / 3 : 45,
  })),
  tables: [
    { name: "sales", dataset: "sales", rows: 50_000_000, files: 731, smallFiles: 3 },
    { name: "store_sales_per_day", dataset: "sales", rows: 198_000, files: 396, smallFiles: 12 },
  ],
  deadLetters: 2,
  cost: { runs: 25, dpuHours: 0.1234, price: { amount: "0.0543", currency: "EUR" } },
}
