/** Which rules about groups a row breaks: DuckDB says what the contract's own reading says. */
import { assert, describe, it } from "@effect/vitest"
import { compile } from "@pos/sql"
import { Effect } from "effect"
import { judge } from "./support/duckdb.ts"
import { groupReference, hostileFiles, receiptLines } from "./support/receipt-lines.ts"
import { EVENT_TIME, shown } from "./support/reference.ts"

const cells = (row: Record<string, string>) =>
  Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, { text: cell || null, wrong: false }]))

describe("rules about groups", () => {
  it.effect.each([1, 2])(
    "are judged alike (seed %s)",
    (seed) =>
      Effect.gen(function* () {
        const plan = yield* compile(receiptLines, [])
        const broken = new Set<string>()
        for (const rows of hostileFiles(12, seed)) {
          const { ofGroups } = yield* Effect.promise(() => judge(plan, rows.map(cells), EVENT_TIME))
          const expected = groupReference(rows, EVENT_TIME)
          assert.deepStrictEqual(ofGroups, expected, rows.map(shown).join("\n"))
          for (const code of expected.flat()) broken.add(code)
        }
        const all = [...plan.validation.exact.keys.rules, ...plan.validation.exact.groups.flatMap(({ rules }) => rules)]
        assert.deepStrictEqual([...broken].toSorted(), all.map(({ code }) => code).toSorted())
      }),
    120_000,
  )
})
