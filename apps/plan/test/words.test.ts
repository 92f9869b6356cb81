/** Words are apart from what is executed: a changed sentence changes no byte of the plan, and whatever else changes does. */
import { assert, describe, it } from "@effect/vitest"
import { datasets } from "@pos/datasets"
import { compileAll, type DatasetContent, executable, Plan, type PlanContent, Words, wordsOf } from "@pos/sql"
import { Effect, Schema } from "effect"
import { artefacts, sealed, words } from "../src/artefacts.ts"

const WORDS = new Set(["description", "unit", "comment", "message", "meaning", "remedy"])

/** A value with each sentence in it, or with everything else, changed by `change`. */
const edited = (value: unknown, isTold: boolean, change: (text: string) => string, name = ""): unknown => {
  if (typeof value === "string") return WORDS.has(name) === isTold ? change(value) : value
  if (Array.isArray(value)) return value.map((one) => edited(one, isTold, change, name))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, edited(one, isTold, change, key)]))
}

const compiled = compileAll(datasets)

/** A plan with one of the datasets' content replaced. */
const withDataset = (content: PlanContent, id: string, one: unknown): PlanContent => ({
  ...content,
  datasets: { ...content.datasets, [id]: one as DatasetContent },
})

const hashes = (content: PlanContent, id: string, one: unknown): ReadonlyArray<string> => {
  const { datasets: all, hash } = sealed(withDataset(content, id, one))
  return [hash, ...Object.values(all).map((dataset) => dataset.hash)]
}

const louder = (text: string) => `${text} Indeed.`

describe("the plan", () => {
  it.effect("stays as it is to the byte when sentences change, those of reasons, columns, tables and KPIs", () =>
    Effect.gen(function* () {
      const content = yield* compiled
      for (const [id, one] of Object.entries(content.datasets)) {
        const told = withDataset(content, id, edited(one, true, louder))
        assert.notDeepEqual(told, content)
        assert.strictEqual(JSON.stringify(sealed(told)), JSON.stringify(sealed(content)))
        assert.notDeepEqual(words(told), words(content))
      }
    }),
  )

  it.effect("has the same bytes when a KPI of the contract is described in other words", () =>
    Effect.gen(function* () {
      const [{ dataset, kpis }, ...others] = datasets
      const [first, ...rest] = kpis
      assert.isDefined(first)
      const told = yield* compileAll([
        { dataset, kpis: [{ ...first!, description: "Put in other words." }, ...rest] },
        ...others,
      ])
      const content = yield* compiled
      assert.strictEqual(JSON.stringify(sealed(told)), JSON.stringify(sealed(content)))
      assert.include(JSON.stringify(words(told)), "Put in other words.")
    }),
  )

  it.effect("has no words, and its words are all that the contracts say", () =>
    Effect.gen(function* () {
      const built = yield* artefacts
      const strict = { onExcessProperty: "error", errors: "all" } as const
      const plan = Schema.decodeUnknownSync(Plan)(JSON.parse(built["plan.json"]), strict)
      const told = Schema.decodeUnknownSync(Words)(JSON.parse(built["words.json"]), strict)
      assert.deepStrictEqual(Object.keys(told.datasets), Object.keys(plan.datasets))
      for (const [id, { reasons, tables }] of Object.entries(plan.datasets)) {
        const { reasons: ofReasons, tables: ofTables } = told.datasets[id]!
        assert.deepStrictEqual(Object.keys(ofReasons), Object.keys(reasons))
        assert.deepStrictEqual(
          ofTables.kpis.map(({ name }) => name),
          tables.kpis.map(({ name }) => name),
        )
      }
    }),
  )

  it.effect("changes with each statement, name, type and number that is executed", () =>
    Effect.gen(function* () {
      const content = yield* compiled
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

describe("a plan of an earlier release", () => {
  it.effect("is read as words: it has them in the same places", () =>
    Effect.gen(function* () {
      const content = yield* compiled
      const earlier = { format: "pos-words/1", datasets: content.datasets }
      assert.deepStrictEqual(Schema.decodeUnknownSync(Words)(earlier), words(content))
      assert.deepStrictEqual(wordsOf(content.datasets["sales"]!), words(content).datasets["sales"])
    }),
  )
})
