import { assert, describe, it } from "@effect/vitest"
import { stripVTControlCharacters } from "node:util"
import type { FileReport } from "@pos/runs/report"
import { renderReport, renderTotals } from "../src/report/files.ts"

const words = (report: FileReport, remedies = {}) => renderReport(report, remedies).map(stripVTControlCharacters)

const rejected: FileReport = {
  file: "till.csv",
  verdict: "rejected",
  rows: { total: 4000, valid: 3997, invalid: 3 },
  reasons: [
    {
      code: "zero_quantity",
      rule: "zero-quantity",
      severity: "warning",
      column: "quantity",
      count: 2,
      message: "quantity is 0.",
      samples: [{ line: 9, column: "quantity", value: "0" }],
    },
    {
      code: "not_a_number",
      rule: "revenue",
      severity: "error",
      column: "revenue",
      count: 5,
      message: "revenue is abc, which isn't a number.",
      samples: [
        { line: 7, column: "revenue", value: "abc" },
        { line: 1200, column: "revenue", value: null },
      ],
    },
  ],
}

describe("the verdict on a file, in words", () => {
  it("puts errors first, with lines, values, how many more, and what to do", () => {
    assert.deepStrictEqual(words(rejected, { not_a_number: { remedy: "Send a number." } }), [
      "✘ till.csv  rejected, 3 of 4,000 rows are wrong",
      "    error   revenue is abc, which isn't a number. (5 times)  [not_a_number]",
      "            line 7: revenue “abc” · line 1,200: revenue · 3 more",
      "            → Send a number.",
      "    warning quantity is 0. (2 times)  [zero_quantity]  line 9, …",
    ])
  })

  it("says of a file without faults only how many rows it has", () => {
    const report: FileReport = { file: "a", verdict: "valid", rows: { total: 1, valid: 1, invalid: 0 }, reasons: [] }
    assert.deepStrictEqual(words(report), ["✔ a  valid, 1 row"])
  })

  it("counts no rows where the file as a whole is at fault", () => {
    const report: FileReport = { file: "a", verdict: "rejected", rows: { total: 0, valid: 0, invalid: 0 }, reasons: [] }
    assert.deepStrictEqual(words(report), ["✘ a  rejected"])
  })

  it("adds up", () => {
    const skipped: FileReport = { file: "b", verdict: "skipped", rows: { total: 0, valid: 0, invalid: 0 }, reasons: [] }
    assert.strictEqual(
      renderTotals([rejected, skipped]),
      "2 files: 1 rejected, 1 skipped; 4,000 rows, 3 of them wrong.",
    )
  })
})
