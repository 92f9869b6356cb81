import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Plan } from "@pos/sql"
import { Ajv2019 } from "ajv/dist/2019.js"
import { Ajv2020 } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import { Effect, Schema } from "effect"
import { expect } from "vitest"
import { artefacts, documents } from "../src/artefacts.ts"

const here = import.meta.dirname
const text = (...path: ReadonlyArray<string>) => readFileSync(join(here, ...path), "utf8")

describe("plan.json", () => {
  it.effect("is what the jobs are promised, and the same every time", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* artefacts, yield* artefacts]
      assert.strictEqual(first["plan.json"], second["plan.json"])
      const plan = yield* Schema.decodeUnknownEffect(Plan)(JSON.parse(first["plan.json"]))
      assert.match(plan.hash, /^sha256:[0-9a-f]{64}$/)
    }),
  )

  it.effect("says what it said before (its transformation has golden files of its own)", () =>
    Effect.gen(function* () {
      const { hash: _, transformation: __, ...rest } = JSON.parse((yield* artefacts)["plan.json"])
      yield* Effect.promise(() => expect(`${JSON.stringify(rest, null, 2)}\n`).toMatchFileSnapshot("golden/plan.json"))
    }),
  )

  it.effect("has words for every code that it can report", () =>
    Effect.gen(function* () {
      const plan: Plan = JSON.parse((yield* artefacts)["plan.json"])
      const codes = new Set(plan.validation.exact.rules.map((rule) => rule.code))
      assert.deepStrictEqual(
        [...codes].filter((code) => plan.reasons[code] === undefined),
        [],
      )
    }),
  )
})

describe("contract.odcs.json", () => {
  it.effect("is valid by the standard's own schema", () =>
    Effect.gen(function* () {
      const ajv = new Ajv2019({ strict: false, allErrors: true })
      addFormats.default(ajv)
      const valid = ajv.compile(JSON.parse(text("fixtures", "odcs-json-schema-v3.1.0.json")))
      const contract = JSON.parse((yield* artefacts)["contract.odcs.json"])
      assert.isTrue(valid(contract), JSON.stringify(valid.errors, null, 2))
    }),
  )
})

describe("contract.schema.json", () => {
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
        JSON.parse((yield* artefacts)["contract.schema.json"]),
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
