import { assert, describe, it } from "@effect/vitest"
import { suppliersOf } from "../src/platform/suppliers.ts"
import { trustOf, withFilesFor } from "../src/platform/trust.ts"
import { file, listed, pages, rejected, run } from "./shop.ts"

const [page] = pages.kpis
const [dataset] = pages.datasets
const NOON = Date.parse("2026-01-12T12:00:00Z")

const SPAN = { first: "2026-01-10", last: "2026-01-10" }

/** What is said with the files of all runs is said with those of the runs that are looked at, too. */
const trust = (runs: ReadonlyArray<ReturnType<typeof run>>, now = NOON, changes: Partial<typeof dataset> = {}) => {
  const asked = { page: page!, dataset: { ...dataset!, ...changes }, ...SPAN, now }
  const said = trustOf(asked, runs)
  const needed = withFilesFor(SPAN, runs.map(listed))
  const fewer = runs.map((one, at) => (at < needed ? one : { ...one, report: { ...one.report, files: [] } }))
  assert.deepStrictEqual(trustOf(asked, fewer), said)
  return said
}

const DAY = ["2026-01-10"]

const looked = (...runs: ReadonlyArray<ReturnType<typeof run>>) => withFilesFor(SPAN, runs.map(listed))

describe("trust in the figures of a date", () => {
  it("is told without the files of runs that kept none out, and of those before them", () => {
    const [good, bad] = [run("2026-01-11T06:00:00.000Z", {}, DAY), rejected("incoming/b.csv")]
    assert.strictEqual(looked(good, good), 0)
    assert.strictEqual(looked(good, run("2026-01-11T05:00:00.000Z", { files: [bad] }, DAY), good), 2)
    assert.strictEqual(looked(run("2026-01-04T05:00:00.000Z", { files: [bad] }, ["2026-01-03"])), 0)
    assert.strictEqual(looked(good, run("2026-01-11T05:00:00.000Z", { status: "FAILED" })), 2)
    assert.strictEqual(looked({ ...good, report: { ...good.report, rows: null } }), 1)
  })

  it("is complete where nothing speaks against them", () => {
    assert.deepStrictEqual(trust([run("2026-01-11T06:00:00.000Z", {}, DAY)]), { level: "complete", sentences: [] })
  })

  it("is provisional while the date lasts, where its stores are", () => {
    const midnight = Date.parse("2026-01-11T03:00:00Z")
    assert.deepStrictEqual(trust([], midnight).sentences, [])
    const berlin = { businessDay: { timeZone: "America/New_York", cutoffHour: 0 } }
    assert.deepStrictEqual(trust([], midnight, berlin).sentences, ["The period is not over."])
    const late = { businessDay: { timeZone: "UTC", cutoffHour: 4 } }
    assert.strictEqual(trust([], midnight, late).level, "provisional")
    assert.strictEqual(trust([], midnight + 2 * 3_600_000, late).level, "complete")
  })

  it("counts rejected files that came with it, until they are sent again and taken", () => {
    const bad = run("2026-01-11T06:00:00.000Z", { files: [file("incoming/a.csv"), rejected("incoming/b.csv")] })
    const [sentence] = trust([bad]).sentences
    assert.strictEqual(
      sentence,
      "1 file with 10 rows was rejected: what is right in it is missing until it is sent again.",
    )
    const again = run("2026-01-11T09:00:00.000Z", { files: [file("incoming/b.csv")] })
    assert.strictEqual(trust([again, bad]).level, "complete")
    // A file that was taken before it was rejected is no repair.
    assert.strictEqual(trust([bad, again]).level, "provisional")
  })

  it("does not count what came at another time for other dates", () => {
    const other = run("2026-01-05T06:00:00.000Z", { files: [rejected("incoming/b.csv")] }, ["2026-01-04"])
    assert.strictEqual(trust([other]).level, "complete")
  })

  it("tells of conflicts, and of a run that works", () => {
    const rows = { total: 10, valid: 10, invalid: 0, repeated: 0, appended: 8, duplicates: 0, conflicts: 2, updated: 0 }
    const conflict = run("2026-01-11T06:00:00.000Z", { rows }, DAY)
    assert.deepStrictEqual(trust([run("2026-01-12T11:59:00.000Z", { status: "RUNNING" }), conflict]), {
      level: "provisional",
      sentences: [
        "A run is loading rows at the moment.",
        "2 rows came with an id that is known with other values, and were kept out.",
      ],
    })
  })

  it("is doubtful where a date could not be computed, and where a run failed with rows of it", () => {
    const stale = [{ table: page!.name, date: "2026-01-10", problem: "a row is out of bounds." }]
    assert.deepStrictEqual(trust([run("2026-01-11T06:00:00.000Z", { stale }, DAY)]), {
      level: "doubtful",
      sentences: ["2026-01-10 could not be computed and shows what it showed before: a row is out of bounds."],
    })
    const failure = { reason: "The job broke.", evidence: [], next: "" }
    const failed = run("2026-01-11T06:00:00.000Z", { status: "FAILED", failure, tables: [] })
    assert.match(trust([failed]).sentences[0] ?? "", /^Run \S+ failed, so its rows may be missing: The job broke\.$/)
  })

  it("forgets a date that was computed since", () => {
    const stale = [{ table: page!.name, date: "2026-01-10", problem: "a row is out of bounds." }]
    const before = run("2026-01-11T06:00:00.000Z", { stale }, DAY)
    assert.strictEqual(trust([run("2026-01-12T06:00:00.000Z"), before]).level, "complete")
  })
})

describe("suppliers", () => {
  const scores = suppliersOf(
    [
      run("2026-01-12T06:10:00.000Z", { files: [file("incoming/berlin/b.csv"), rejected("incoming/lyon/x/l.csv")] }),
      run("2026-01-11T06:20:00.000Z", {
        files: [rejected("incoming/lyon/l.csv", "no_rows"), rejected("incoming/lyon/m.csv", "no_rows")],
      }),
      run("2026-01-11T05:00:00.000Z", { files: [file("incoming/berlin/a.csv"), file("incoming/loose.csv")] }),
      run("2025-01-11T05:00:00.000Z", { files: [file("incoming/old/a.csv")] }),
    ],
    30,
    NOON,
  )

  it("are the folders that files come in, those with the most trouble first", () => {
    assert.deepStrictEqual(
      scores.suppliers.map(({ folder, files, rejected: refused }) => [folder, files, refused]),
      [
        ["lyon/", 3, 3],
        ["berlin/", 2, 0],
        ["", 1, 0],
      ],
    )
    assert.strictEqual(scores.runs, 3)
  })

  it("have a usual time, a last day and what is wrong most often", () => {
    assert.deepInclude(scores.suppliers[0], {
      days: 2,
      last: "2026-01-12T06:10:00.000Z",
      usualTime: "06:20",
      rows: 30,
      invalid: 6,
      reason: { code: "no_rows", files: 2 },
    })
    assert.isNull(scores.suppliers[1]?.reason)
  })
})
