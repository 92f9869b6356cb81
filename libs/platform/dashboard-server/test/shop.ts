/** A contract, its pages, and runs for tests. */
import { dataset, Day, Decimal, Integer, kpi, perBusinessDate, registry, Text } from "@pos/contract"
import { pagesOf } from "@pos/pages"
import type { RunReport } from "@pos/runs/report"
import { Schema } from "effect"
import type { ListedRun, RecentRun } from "../src/platform/recent-runs.ts"

const limits = { plain: 1000, gzip: 1000, decompressed: 1000, rows: 1000, columns: 10 }

const Visit = Schema.Struct({
  visit: Integer.annotate({ description: "The visit." }),
  shop: Integer.annotate({ description: "The shop." }),
  day: Day.annotate({ description: "The day." }),
  guest: Text.annotate({ description: "Who came." }),
  spent: Decimal(18, 2).annotate({ description: "What was spent.", unit: "euros" }),
})

const visits = dataset({
  name: "visits-contract",
  version: "1.0.0",
  description: "Visits of all shops.",
  kind: "facts",
  row: Visit,
  table: "visits",
  key: ["visit"],
  unique: perBusinessDate,
  policies: { fileTolerance: 0, unexpectedColumn: "warning", acrossFiles: "keepFirst", largestFile: limits },
  businessDate: { column: "day" },
  rules: [],
})

export const Shop = Schema.Struct({
  shop: Integer.annotate({ description: "The shop." }),
  called: Text.annotate({ description: "Its name." }),
  town: Text.annotate({ description: "Where it is." }),
})

const shops = dataset({
  name: "shops-contract",
  version: "1.0.0",
  description: "The shops.",
  kind: "reference",
  delivers: "wholeList",
  row: Shop,
  table: "shops",
  key: ["shop"],
  policies: { fileTolerance: 0, unexpectedColumn: "warning", largestFile: limits },
  rules: [],
})

export const perShop = kpi(Visit, {
  name: "visits_per_shop_per_day",
  description: "What each shop earned.",
  by: ["shop"],
  measures: (visit, { count, countDistinct, max, sum }) => ({
    earned: sum(visit.spent).describe("Earned"),
    visits: count().describe("Visits"),
    guests: countDistinct(visit.guest).describe("Guests"),
    largest: max(visit.spent).describe("The largest bill"),
  }),
  ratios: { per_visit: { of: "earned", per: "visits", digits: 2, description: "Earned on a visit" } },
})

export const pages = pagesOf(
  registry([
    { dataset: visits, kpis: [perShop] },
    { dataset: shops, kpis: [] },
  ]),
)

type File = RunReport["files"][number]

export const file = (key: string, changes: Partial<File> = {}): File => ({
  file: key,
  key,
  verdict: "valid",
  rows: { total: 10, valid: 10, invalid: 0 },
  reasons: [],
  ...changes,
})

const error = (code: string): File["reasons"][number] => ({
  code,
  rule: code,
  severity: "error",
  column: null,
  count: 1,
  message: "It is wrong.",
  samples: [],
})

export const rejected = (key: string, code = "wrong_type"): File =>
  file(key, { verdict: "rejected", rows: { total: 10, valid: 8, invalid: 2 }, reasons: [error(code)] })

export const run = (
  started: string,
  changes: Partial<RunReport> = {},
  dates: ReadonlyArray<string> = [],
): RecentRun => ({
  report: {
    runId: "20260101T060000123Z-0123456789ab",
    dataset: "visits",
    status: "SUCCEEDED",
    outcome: "loaded",
    started,
    seconds: 4,
    files: [file("incoming/a.csv")],
    rows: { total: 10, valid: 10, invalid: 0, repeated: 0, appended: 10, duplicates: 0, conflicts: 0, updated: 0 },
    tables: [{ name: "visits", path: "curated/visits", version: 1, inserted: 10, updated: 0, deleted: 0 }],
    conflicts: [],
    stale: [],
    timings: { validation: null, transformation: null },
    failure: null,
    ...changes,
  },
  dates,
  validated: [],
})

/** The same run as it is before anybody has asked for its files. */
export const listed = ({ dates, report: { files, ...report } }: RecentRun): ListedRun => {
  const count = (wanted: File["verdict"]) => files.filter(({ verdict }) => verdict === wanted).length
  const counts = {
    total: files.length,
    valid: count("valid"),
    rejected: count("rejected"),
    skipped: count("skipped"),
  }
  return { report, counts: report.rows === null ? null : counts, dates }
}
