/** Words are apart from what is executed: a changed sentence changes no hash, and whatever else changes does. */
import { assert, describe, it } from "@effect/vitest"
import { datasets } from "@pos/datasets"
import { compileAll, type DatasetContent, executable, type PlanContent } from "@pos/sql"
import { Effect } from "effect"
import { sealed } from "../src/artefacts.ts"

const WORDS = new Set(["description", "unit", "comment", "message", "meaning", "remedy"])

/** A value with each sentence in it, or with everything else, changed by `change`. */
const edited = (value: unknown, words: boolean, change: (text: string) => string, name = ""): unknown => {
  if (typeof value === "string") return WORDS.has(name) === words ? change(value) : value
  if (Array.isArray(value)) return value.map((one) => edited(one, words, change, name))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, edited(one, words, change, key)]))
}

const plan = compileAll(datasets)

/** The hashes of a plan, one of the datasets' content replaced. */
const hashes = (content: PlanContent, id: string, one: unknown): ReadonlyArray<string> => {
  const { datasets: all, hash } = sealed({
    ...content,
    datasets: { ...content.datasets, [id]: one as DatasetContent },
  })
  return [hash, ...Object.values(all).map((dataset) => dataset.hash)]
}

describe("the hash of a plan", () => {
  it.effect("stays when sentences change, those of reasons, columns, tables and KPIs", () =>
    Effect.gen(function* () {
      const content = yield* plan
      for (const [id, one] of Object.entries(content.datasets)) {
        const told = edited(one, true, (text) => `${text} Indeed.`)
        assert.notDeepEqual(told, one)
        assert.deepStrictEqual(hashes(content, id, told), hashes(content, id, one))
      }
    }),
  )

  it.effect("changes with each statement, name, type and number that is executed", () =>
    Effect.gen(function* () {
      const content = yield* plan
      const sales = content.datasets["sales"]!
      const parts = executable(sales)
      for (const [name, part] of Object.entries(parts)) {
        const other = { ...sales, [name]: edited(sales[name as keyof typeof sales], false, (text) => `${text} `) }
        const same = hashes(content, "sales", other)[1] === hashes(content, "sales", sales)[1]
        assert.strictEqual(
          same,
          JSON.stringify(edited(part, false, (text) => `${text} `)) === JSON.stringify(part),
          name,
        )
      }
      const policies = { ...sales.policies, fileTolerance: sales.policies.fileTolerance + 0.01 }
      assert.notStrictEqual(hashes(content, "sales", { ...sales, policies })[1], hashes(content, "sales", sales)[1])
      // That of the whole plan with it, and that of no other dataset.
      const [whole, , ...others] = hashes(content, "sales", { ...sales, policies })
      const [before, , ...othersBefore] = hashes(content, "sales", sales)
      assert.notStrictEqual(whole, before)
      assert.deepStrictEqual(others, othersBefore)
    }),
  )
})
