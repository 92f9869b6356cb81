import { assert, describe, it } from "@effect/vitest"
import type { RepairReport } from "@pos/pipeline"
import { renderRepair } from "../src/report/repair.ts"

const found: RepairReport = {
  runId: "repair-20260101T000000000Z",
  mode: "show",
  contract: { name: "pos-sales", version: "1.0.0", hash: "sha256:0" },
  rows: { found: 21, moved: 0 },
  columns: { quantity: 21 },
  dates: ["2026-01-01"],
  datesTouched: 1,
  samples: [
    { transaction_id: "P-1", date: "2026-01-01", broken_column: "quantity", broken_value: "9223372036854775807" },
  ],
  quarantine: [],
  kpis: [
    { name: "store_sales_per_day", stale: ["2026-01-01"], staleDates: 1, behind: false },
    { name: "returns", stale: [], staleDates: 0, behind: true },
  ],
  kpisAfter: [],
  seconds: 1,
}
const STYLE = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, "g")
const plainText = (report: RepairReport) => renderRepair(report).join("\n").replaceAll(STYLE, "")

describe("a repair in words", () => {
  it("shows what is wrong and how it is mended", () => {
    assert.strictEqual(
      plainText(found),
      [
        "21 rows outside of the contract's bounds (quantity in 21), on 2026-01-01:",
        "  2026-01-01  P-1  quantity 9223372036854775807",
        "  … and 20 more",
        "store_sales_per_day: the figures of 1 date are stale (2026-01-01)",
        "returns: is behind the rows that it is computed from",
        "Nothing was changed. To mend it: pos repair --apply",
        "It moves these rows into a Parquet file in the results bucket, and computes the KPIs again.",
      ].join("\n"),
    )
  })

  it("names the dataset in what to run next, and those that were not looked into", () => {
    const text = renderRepair({ ...found, dataset: "stores" }, ["sales"])
      .join("\n")
      .replaceAll(STYLE, "")
    assert.include(text, "To mend it: pos repair --apply --dataset stores\n")
    assert.include(text, "Not looked into: sales. See: pos repair --dataset sales")
  })

  it("says where the rows are afterwards", () => {
    const uri = "s3://results/runs/repair-1/transformation/quarantine/sales-00000.parquet"
    const text = plainText({ ...found, mode: "apply", rows: { found: 21, moved: 21 }, quarantine: [uri] })
    assert.include(text, `Moved out of the table, into:\n  ${uri}`)
    assert.notInclude(text, "stale")
  })

  it("says that nothing is wrong", () => {
    assert.match(plainText({ ...found, rows: { found: 0, moved: 0 }, kpis: [] }), /^Nothing to mend:/)
  })
})
