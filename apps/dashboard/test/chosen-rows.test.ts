import { assert, describe, it } from "@effect/vitest"
import { chosenRows } from "../src/model/chosen-rows.ts"
import { report, Unanswered } from "../src/source.ts"

const row = (id: number, label: string, amount: string | null) => ({
  key: { id },
  label,
  values: { amount },
  before: null,
  week: null,
  year: null,
})
const all = {
  total: 4,
  rows: [row(1, "Köln", "9.5"), row(2, "Bonn", null), row(3, "Berlin", "10.25"), row(4, "Kiel", "-1")],
}
const ids = (query: string) => chosenRows(all, new URLSearchParams(query)).rows.map(({ key }) => key.id)

describe("the rows of a report", () => {
  it("are ordered by their exact values; what has none comes last", () => {
    assert.deepStrictEqual(ids("order=amount"), [3, 1, 4, 2])
    assert.deepStrictEqual(ids("order=amount&direction=ascending"), [4, 1, 3, 2])
    assert.deepStrictEqual(ids("order=id&direction=ascending"), [1, 2, 3, 4])
    assert.deepStrictEqual(ids("order=label&direction=ascending"), [3, 2, 4, 1])
  })

  it("are found by name and by value, and counted before they are cut", () => {
    const found = chosenRows(all, new URLSearchParams("search=K&order=id&direction=ascending&limit=1&offset=1"))
    assert.strictEqual(found.total, 2)
    assert.deepStrictEqual(
      found.rows.map(({ label }) => label),
      ["Kiel"],
    )
    assert.deepStrictEqual(ids("search=3"), [3])
  })
})

describe("a report", () => {
  const source = report({ date: "2026-01-31", answers: { "/api/kpis/x/rows": all, "/api/overview": { target: 1 } } })
  const never = new AbortController().signal

  it("answers whatever it carries, and tells what it does not", async () => {
    assert.deepStrictEqual(await source.ask("/api/overview", never), { target: 1 })
    assert.strictEqual((await source.ask<typeof all>("/api/kpis/x/rows?search=bonn", never)).total, 1)
    assert.isTrue(source.has("/api/kpis/x/rows?date=2026-01-31"))
    assert.deepStrictEqual(source.held("/api/kpis/x/rows"), { rows: 4, total: 4 })
    assert.isFalse(source.has("/api/health"))
    const failed = await source.ask("/api/health", never).catch((error: unknown) => error)
    assert.instanceOf(failed, Unanswered)
    assert.include(String(failed), "This report does not hold that.")
  })
})
