/** Holds what the platform made of the demo data against what was computed without it. Pure. */
import type { RunReport } from "@pos/runs/report"
import { Schema } from "effect"
import { Expected } from "./data.ts"

const { totals } = Expected.fields

export const Found = Schema.Struct({
  ...totals.fields,
  kpi_revenue: Schema.String,
  /** Rows of other sales on the demo's days, which the figures leave out. */
  others: Schema.Int,
})
export type Found = typeof Found.Type

/** What differs, in words; empty when everything is as it must be. */
export const differences = (expected: Expected, found: Found, files: RunReport["files"]): Array<string> => [
  ...figures(expected.totals, found),
  ...expected.files.flatMap(({ file, codes }) => verdict(file, codes, files)),
]

const figures = (expected: Expected["totals"], found: Found): Array<string> => {
  const pairs: ReadonlyArray<readonly [string, string | number, string | number]> = [
    ["rows in sales", expected.rows, found.rows],
    ["revenue in sales", expected.revenue, found.revenue],
    ["discount in sales", expected.discount, found.discount],
    ["units in sales", expected.units, found.units],
    ["rows in the product KPI", expected.kpi_rows, found.kpi_rows],
    ["sales in the product KPI", expected.revenue, found.kpi_revenue],
    ["top products", JSON.stringify(expected.top_products), JSON.stringify(found.top_products)],
  ]
  return pairs.flatMap(([name, wanted, seen]) =>
    wanted === seen ? [] : [`${name}: ${seen}, but it must be ${wanted}`],
  )
}

const verdict = (file: string, codes: ReadonlyArray<string>, files: RunReport["files"]): Array<string> => {
  const report = files.find(({ key }) => key.endsWith(`/${file}`))
  if (report === undefined) return [`${file}: no verdict`]
  const seen = report.reasons.filter(({ severity }) => severity === "error").map(({ code }) => code)
  const wanted = codes.length === 0 ? "valid" : "rejected"
  if (report.verdict !== wanted) return [`${file}: ${report.verdict}, but it must be ${wanted}`]
  const unlike = seen.toSorted().join(", ") !== codes.toSorted().join(", ")
  return unlike ? [`${file}: found ${seen.join(", ")}, but it must be ${codes.join(", ")}`] : []
}
