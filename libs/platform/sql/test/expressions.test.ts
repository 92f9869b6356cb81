/** DuckDB gives to an expression the value that `evaluate` gives to it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { duckdb, expression, type Scope } from "../src/index.ts"
import { ask, lineTable } from "./support/duckdb.ts"
import { conditions, kindOfColumn, lines, meaning, PARAMETERS } from "./support/expressions.ts"

const scope: Scope = {
  dialect: duckdb,
  column: (name) => {
    const column = kindOfColumn(name)
    return column && { sql: duckdb.identifier(name), column }
  },
}

describe("a generated condition", () => {
  it.effect.each([1, 2, 3])("means the same in DuckDB (seed %s)", (seed) =>
    Effect.gen(function* () {
      const rows = lines(60, seed)
      let compared = 0
      const written: Array<readonly [string, number]> = []
      const all = conditions(300, seed)
      for (const [index, condition] of all.entries()) {
        const compiled = yield* Effect.result(expression(condition.node, scope))
        if (Result.isFailure(compiled)) assert.include(compiled.failure.message, "digits, more than")
        else written.push([compiled.success.sql.replaceAll("{event_time}", String(PARAMETERS.event_time)), index])
      }
      const columns = written.map(([sql]) => `coalesce(${sql}, false)`).join(",\n")
      const answers = yield* ask(lineTable(rows), `SELECT ${columns} FROM line ORDER BY n`)
      for (const [n, row] of rows.entries())
        for (const [at, [sql, index]] of written.entries()) {
          compared++
          assert.strictEqual(String(answers[n]?.[at]), String(meaning(all[index]!, row)), `${sql} of row ${n}`)
        }
      assert.isAbove(compared, 10_000)
    }),
  )
})
