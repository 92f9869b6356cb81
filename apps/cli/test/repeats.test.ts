import { assert, describe, it } from "@effect/vitest"
import { DuckDBInstance } from "@duckdb/node-api"
import { repeatsStatement, whatToDo } from "../src/repeats/repeats.ts"

const found = async (days: number, limit = 0) => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  await connection.run(
    `CREATE TABLE "sales" AS SELECT * FROM (VALUES ('a', DATE '2026-01-01'), ('a', DATE '2026-01-31'), ('a', DATE '2027-06-01'),
      ('b', DATE '2026-01-01'), ('c', DATE '2026-02-01'), ('c', DATE '2026-02-02')) AS t(id, date)`,
  )
  const sql = repeatsStatement((name) => `"${name}"`, { table: "sales", key: ["id"], date: "date", days, limit })
  return (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String))
}

describe("keys that stand on several dates", () => {
  it("are those whose dates are near enough, the newest first", async () => {
    assert.deepStrictEqual(await found(30), [
      ["c", "2026-02-01", "2026-02-02", "1"],
      ["a", "2026-01-01", "2026-01-31", "30"],
    ])
    assert.deepStrictEqual(await found(29), [["c", "2026-02-01", "2026-02-02", "1"]])
    assert.strictEqual((await found(1_000)).length, 3)
    assert.strictEqual((await found(1_000, 2)).length, 2)
  })

  it("go when the true row is sent once more, where the contract says so", () => {
    assert.include(whatToDo(2, "latestWins", true), "sent once more: it takes the place")
    assert.include(whatToDo(2, "keepFirst", true), "No command takes a row out of this table")
    assert.include(whatToDo(2, "latestWins", false), "unique: everywhere")
    assert.strictEqual(whatToDo(0, "latestWins", true), "No key stands on two dates that are so near.")
  })
})
