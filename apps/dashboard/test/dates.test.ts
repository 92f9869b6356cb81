import { assert, describe, it } from "@effect/vitest"
import { addDays, addPeriods, isDay, periodOf } from "../src/model/dates.ts"

describe("periods", () => {
  it("begin on the Monday of an ISO week, and on the first of a month", () => {
    assert.strictEqual(periodOf("week", "2026-02-01"), "2026-01-26")
    assert.strictEqual(periodOf("week", "2026-01-26"), "2026-01-26")
    assert.strictEqual(periodOf("month", "2026-01-31"), "2026-01-01")
    assert.strictEqual(periodOf("day", "2026-01-31"), "2026-01-31")
  })

  it("follow each other over the ends of months and years, and over a changed clock", () => {
    assert.strictEqual(addDays("2024-02-28", 1), "2024-02-29")
    assert.strictEqual(addDays("2026-03-28", 2), "2026-03-30")
    assert.strictEqual(addPeriods("month", "2026-01-01", -1), "2025-12-01")
    assert.strictEqual(addPeriods("week", "2026-01-05", -1), "2025-12-29")
  })

  it("are days that there are", () => {
    assert.deepStrictEqual(["2026-02-30", "2026-1-1", "", "2026-02-28"].map(isDay), [false, false, false, true])
  })
})
