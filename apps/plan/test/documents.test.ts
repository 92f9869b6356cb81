import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { datasets } from "@pos/datasets"
import { compileAll, type DatasetPlan, Plan } from "@pos/sql"
import { Ajv2019 } from "ajv/dist/2019.js"
import { Ajv2020 } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import { Effect, Schema } from "effect"
import { expect } from "vitest"
import { artefacts, documents, sealed } from "../src/artefacts.ts"
import { jsonSchema, UnsupportedInJsonSchema } from "../src/documents/json-schema.ts"

const here = import.meta.dirname
const text = (...path: ReadonlyArray<string>) => readFileSync(join(here, ...path), "utf8")

const datasetPlans = Effect.map(artefacts, (built) => {
  const plan: Plan = JSON.parse(built["plan.json"])
  return plan.datasets as Readonly<Record<string, DatasetPlan>>
})

const built = (path: string) => Effect.map(artefacts, (all) => (all as Readonly<Record<string, string>>)[path] ?? "")

describe("plan.json", () => {
  it.effect("is what the jobs are promised, and the same every time", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* artefacts, yield* artefacts]
      assert.strictEqual(first["plan.json"], second["plan.json"])
      const plan = yield* Schema.decodeUnknownEffect(Plan)(JSON.parse(first["plan.json"]))
      for (const { hash } of [plan, ...Object.values(plan.datasets)]) assert.match(hash, /^sha256:[0-9a-f]{64}$/)
    }),
  )

  it.effect("has a hash for each dataset, which does not change when another dataset does", () =>
    Effect.gen(function* () {
      const [{ dataset, kpis }] = datasets
      const other = { ...dataset, table: "other", name: "pos-other" }
      const alone = sealed(yield* compileAll([{ dataset, kpis }]))
      const beside = sealed(
        yield* compileAll([
          { dataset, kpis },
          { dataset: other, kpis: [] },
        ]),
      )
      assert.strictEqual(beside.datasets["sales"]?.hash, alone.datasets["sales"]?.hash)
      assert.notStrictEqual(beside.datasets["other"]?.hash, alone.datasets["sales"]?.hash)
      assert.notStrictEqual(beside.hash, alone.hash)
    }),
  )

  it.effect("says what it said before (its transformation has golden files of its own)", () =>
    Effect.gen(function* () {
      for (const [id, plan] of Object.entries(yield* datasetPlans)) {
        const { hash: _, transformation: __, ...rest } = plan
        yield* Effect.promise(() =>
          expect(`${JSON.stringify(rest, null, 2)}\n`).toMatchFileSnapshot(`golden/${id}.plan.json`),
        )
      }
    }),
  )

  it.effect("has words for every code that it can report", () =>
    Effect.gen(function* () {
      for (const plan of Object.values(yield* datasetPlans)) {
        const { groups, keys, rules } = plan.validation.exact
        const codes = new Set([rules, keys.rules, ...groups.map((group) => group.rules)].flat().map(({ code }) => code))
        assert.deepStrictEqual(
          [...codes].filter((code) => plan.reasons[code] === undefined),
          [],
        )
      }
    }),
  )
})

describe("contract.odcs.json", () => {
  it.effect(
    "is valid by the standard's own schema",
    () =>
      Effect.gen(function* () {
        const ajv = new Ajv2019({ strict: false, allErrors: true })
        addFormats.default(ajv)
        const valid = ajv.compile(JSON.parse(text("fixtures", "odcs-json-schema-v3.1.0.json")))
        for (const id of Object.keys(yield* datasetPlans)) {
          const contract = JSON.parse(yield* built(`datasets/${id}/contract.odcs.json`))
          assert.isTrue(valid(contract), JSON.stringify(valid.errors, null, 2))
        }
      }),
    // The standard's schema takes seconds to compile.
    30_000,
  )

  it.effect("says of reference data which of the files counts", () =>
    Effect.gen(function* () {
      const { description } = JSON.parse(yield* built("datasets/stores/contract.odcs.json"))
      assert.match(description.limitations, /^Each file is the whole list\. .* a newer list lacks is removed\.$/)
    }),
  )
})

describe("contract.schema.json", () => {
  it.effect("never leaves a check out: one that it does not know stops the build", () =>
    Effect.gen(function* () {
      const [{ dataset }] = datasets
      const strange = { id: "my/strange", payload: {}, expected: "strange", reason: "out_of_range" }
      const fields = dataset.fields.map((field) => ({ ...field, checks: [strange] }))
      const error = yield* Effect.flip(jsonSchema({ ...dataset, fields }))
      assert.instanceOf(error, UnsupportedInJsonSchema)
      assert.strictEqual(
        error.message,
        'pos-sales: the JSON Schema can\'t state the check my/strange of "transaction_id". Add it to keywordsOf in json-schema.ts.',
      )
    }),
  )

  const sale = { transaction_id: "T-1", store_id: 1, product_id: 2, quantity: -1, revenue: -2.5, timestamp: 1.7e9 }
  const cases: ReadonlyArray<readonly [string, object, boolean]> = [
    ["a sale", sale, true],
    ["a sale without a discount", { ...sale, discount_applied: null }, true],
    ["an id of 64 characters", { ...sale, transaction_id: "😀".repeat(64) }, true],
    ["an id of 65 characters", { ...sale, transaction_id: "😀".repeat(65) }, false],
    ["a blank id", { ...sale, transaction_id: " \u00a0" }, false],
    ["a tab in the id", { ...sale, transaction_id: "a\tb" }, false],
    ["store 0", { ...sale, store_id: 0 }, false],
    ["half a unit", { ...sale, quantity: 0.5 }, false],
    ["a number as text", { ...sale, revenue: "2.5" }, false],
    ["no timestamp", { ...sale, timestamp: undefined }, false],
  ]
  it.effect.each(cases)("%s", ([, record, expected]) =>
    Effect.gen(function* () {
      const valid = new Ajv2020({ allowUnionTypes: true }).compile(
        JSON.parse(yield* built("datasets/sales/contract.schema.json")),
      )
      assert.strictEqual(valid(JSON.parse(JSON.stringify(record))), expected)
    }),
  )
})

describe("docs/", () => {
  it.effect("are up to date: `nx run plan:docs` writes them", () =>
    Effect.gen(function* () {
      for (const [name, expected] of Object.entries(yield* documents))
        assert.strictEqual(text("..", "..", "..", "docs", name), expected, name)
    }),
  )
})
