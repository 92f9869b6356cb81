/** A business date is right on the days when clocks change, too. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { duckdb } from "../src/index.ts"
import { businessDay, moments, zones } from "./support/days.ts"
import { ask } from "./support/duckdb.ts"

describe("the business date", () => {
  it.effect.each(zones)("in $timeZone from hour $cutoffHour", (zone) =>
    Effect.gen(function* () {
      const sql = duckdb.businessDate("us", zone)
      const values = moments.map((us, n) => `(${n}, ${us})`).join(", ")
      const days = yield* ask(
        ["SET TimeZone = 'America/Los_Angeles'"],
        `SELECT CAST(${sql} AS VARCHAR) FROM (VALUES ${values}) AS m(n, us) ORDER BY n`,
      )
      assert.deepStrictEqual(
        days.map(([day]) => day),
        moments.map((us) => businessDay(us, zone)),
      )
    }),
  )

  it("of a night out is that of the evening", () => {
    const berlin = { timeZone: "Europe/Berlin", cutoffHour: 4 }
    const at = (iso: string) => businessDay(BigInt(Date.parse(iso)) * 1000n, berlin)
    assert.strictEqual(at("2026-07-04T01:59:59Z"), "2026-07-03")
    assert.strictEqual(at("2026-07-04T02:00:00Z"), "2026-07-04")
    assert.strictEqual(at("2026-01-04T02:59:59Z"), "2026-01-03")
    assert.strictEqual(at("2026-01-04T03:00:00Z"), "2026-01-04")
  })
})
