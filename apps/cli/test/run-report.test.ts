import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { stripVTControlCharacters } from "node:util"
import { conflictOf, RunReport } from "@pos/runs/report"
import { renderRun, renderRuns } from "../src/report/run.ts"
import { combine } from "../src/runs/combine.ts"
import { LATER, RUN, run } from "./runs.ts"

const words = (report: RunReport) => renderRun(report).map(stripVTControlCharacters)

const stale = (table: string) => [{ table, date: "2017-01-01", problem: "too much" }]

describe("a run in words", () => {
  it("tells rows, tables and what was there already", () => {
    assert.deepStrictEqual(words(run()), [
      `Run ${RUN} of sales succeeded after 4.0 s`,
      "  3 rows read · 3 valid · 2 new · 1 in the tables already",
      "  table  inserted  updated  deleted  version",
      "  sales         2        0        0        1",
    ])
  })

  it("says plainly that nothing was new", () => {
    const lines = words(run({ outcome: "nothing-new", tables: [] }))
    assert.include(lines, "  Nothing new: every row stood in the tables already.")
  })

  it("says that a list was older than the one that was loaded", () => {
    const rows = { ...run().rows!, appended: 0, duplicates: 1, superseded: 2 }
    assert.deepStrictEqual(words(run({ outcome: "nothing-new", rows, tables: [] })).slice(1), [
      "  3 rows read · 3 valid · 0 new · 1 in the tables already · 2 older than what",
      "    was sent since",
      "  Nothing new: the tables hold what was sent later.",
    ])
    const both = combine([run({ rows }), run({ rows })])
    assert.strictEqual(both.rows?.superseded, 4)
  })

  it("says of conflicts what is true, and shows both versions of a row", () => {
    const rows = { ...run().rows!, appended: 0, duplicates: 1, conflicts: 2 }
    const conflict = conflictOf(RUN, {
      date: "2017-01-01",
      transaction_id: "t1",
      store_id: 1,
      revenue: "9.9900",
      discount_applied: null,
      kept_store_id: 1,
      kept_revenue: "4.5000",
      kept_discount_applied: "0.5000",
    })
    const report = run({ outcome: "nothing-new", rows, tables: [], conflicts: [conflict] })
    assert.deepStrictEqual(words(report).slice(1), [
      "  3 rows read · 3 valid · 0 new · 1 in the tables already · 2 known under the",
      "    same id with other values",
      "  Nothing was loaded: 2 rows were kept out, because the tables know their ids",
      "  with other values. What stood there first stays.",
      "    date “2017-01-01” · transaction_id “t1”",
      "                        in the tables  sent",
      "      revenue           “4.5000”       “9.9900”",
      "      discount_applied  “0.5000”       (none)",
      "    and 1 more; --json has the first 20 of a run",
      "    Is what was sent right? Then send it under a new id, or let the contract say",
      "    that the latest wins (acrossFiles, in libs/pos/sales).",
    ])
    assert.deepStrictEqual(conflict, {
      runId: RUN,
      key: { date: "2017-01-01", transaction_id: "t1" },
      differs: ["revenue", "discount_applied"],
      kept: { store_id: 1, revenue: "4.5000", discount_applied: "0.5000" },
      sent: { store_id: 1, revenue: "9.9900", discount_applied: null },
    })
    assert.deepStrictEqual(Schema.decodeUnknownSync(RunReport)(report), report)
  })

  it("tells dates of a KPI that could not be computed", () => {
    const stale = [{ table: "store_sales_per_day", date: "2017-01-01", problem: "a row is out of bounds." }]
    const lines = words(run({ stale })).slice(-2)
    assert.strictEqual(
      lines.join(" ").replaceAll(/ +/g, " ").trim(),
      "store_sales_per_day of 2017-01-01 could not be computed and shows what it showed before: a row is out of bounds.",
    )
  })

  it("says that rows were kept out beside others that were loaded", () => {
    const lines = words(run({ rows: { ...run().rows!, conflicts: 1 } }))
    assert.include(lines, "  1 row was kept out, because the tables know its id with other values. What")
    assert.notInclude(lines.join("\n"), "Nothing")
  })

  it("shows the reason, the evidence and the next command of a failure", () => {
    const failure = { reason: "No file was valid.", evidence: ["s3://r/x"], next: "pos validate FILE" }
    const lines = words(run({ status: "FAILED", rows: null, tables: [], failure }))
    assert.deepStrictEqual(lines.slice(1), ["  No file was valid.", "    s3://r/x", "  Next: pos validate FILE"])
  })
})

describe("several runs of one ingest", () => {
  it("are one result: the newest id, the worst status, sums, and the runs themselves", () => {
    const both = combine([run({ runId: LATER, started: "2017-01-02T06:00:00.000Z" }), run({ status: "FAILED" })])
    assert.strictEqual(both.runId, LATER)
    assert.strictEqual(both.status, "FAILED")
    assert.strictEqual(both.rows?.appended, 4)
    assert.deepStrictEqual(
      both.tables.map(({ inserted, version }) => [inserted, version]),
      [[4, 1]],
    )
    assert.strictEqual(both.seconds, 86_404)
    assert.deepStrictEqual(
      both.runs?.map(({ runId }) => runId),
      [RUN, LATER],
    )
  })

  it("about several datasets are about none, and in words are told one by one", () => {
    const both = combine([
      run({ runId: LATER, dataset: "stores", stale: stale("b") }),
      run({ stale: stale("a") }),
      run({ runId: LATER.replace("02T", "03T") }),
    ])
    assert.isNull(both.dataset)
    assert.deepStrictEqual(
      both.stale.map(({ table }) => table),
      ["b"],
    )
    const heads = renderRuns(both)
      .map(stripVTControlCharacters)
      .filter((line) => line.startsWith("Run "))
    assert.deepStrictEqual(heads, [
      "Run 20170103T060000123Z-0123456789ab of sales succeeded after 4.0 s",
      `Run ${LATER} of stores succeeded after 4.0 s`,
    ])
  })

  it("are no list when there is one", () => {
    assert.notProperty(combine([run()]), "runs")
  })

  it("have the shape that scripts rely on", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(RunReport)(JSON.parse(JSON.stringify(run()))), run())
  })
})
