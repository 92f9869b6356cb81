import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { compileTransform, type Transform, type TransformInput, UnsupportedTable } from "../../src/transform/index.ts"
import { sales } from "./sales.ts"

type Tree = string | null | { readonly [name: string]: Tree } | ReadonlyArray<Tree>

/** Every statement under its path, for reading. */
const listing = (tree: Tree, path: string): ReadonlyArray<string> => {
  if (tree === null) return [`-- ${path}: none\n`]
  if (typeof tree === "string") return [`-- ${path}\n${tree}\n`]
  return Object.entries(tree).flatMap(([name, part]) => listing(part, path === "" ? name : `${path}.${name}`))
}

const matches = (name: string, text: string) => Effect.promise(() => expect(text).toMatchFileSnapshot(`golden/${name}`))

describe("the statements of the transformation", () => {
  for (const engine of ["duckdb", "spark"] as const) {
    for (const policy of ["keepFirst", "latestWins"] as const) {
      it.effect(`for ${engine}, ${policy}`, () =>
        Effect.gen(function* () {
          const transform: Transform = yield* compileTransform(engine, sales(policy))
          yield* matches(`${engine}.${policy}.sql`, listing(transform, "").join("\n"))
        }),
      )
    }
  }

  // The job's tests run these statements: its plan is compiled from the contract, whose policy is another.
  it.effect("for the job's tests where the latest row wins", () =>
    Effect.gen(function* () {
      const input = sales("latestWins")
      const transform = yield* compileTransform("duckdb", { ...input, kpis: [] })
      yield* matches("latest-wins.json", `${JSON.stringify({ curated: input.curated, transform }, null, 2)}\n`)
    }),
  )

  it.effect("names every partition that a MERGE may read", () =>
    Effect.gen(function* () {
      for (const engine of ["duckdb", "spark"] as const) {
        const { existing, kpis } = yield* compileTransform(engine, sales("latestWins"))
        for (const merge of [existing.merge, ...kpis.map((kpi) => kpi.merge)]) {
          assert.match(merge?.on ?? "", /^t\.["`]date["`] IN \(\{dates\}\) AND /)
        }
      }
    }),
  )
})

describe("a table without statements is a compile error:", () => {
  const base = sales("keepFirst")
  const broken: Record<string, TransformInput> = {
    "two partition columns": { ...base, curated: { ...base.curated, partitionBy: ["date", "store_id"] } },
    "a key without a scope": { ...base, curated: { ...base.curated, keyScope: [] } },
    "no key": { ...base, curated: { ...base.curated, key: [] } },
    "a key that may be missing": { ...base, curated: { ...base.curated, key: ["discount_applied"] } },
    "no event time": { ...base, eventTime: "store_id" },
    "no order of arrival where the latest row wins": { ...base, acrossFiles: "latestWins" },
    "a column that no file fills": { ...base, validated: base.validated.slice(1) },
    "a KPI that is not partitioned by its key": {
      ...base,
      kpis: base.kpis.map((kpi) => ({ ...kpi, table: { ...kpi.table, partitionBy: ["units"] } })),
    },
    "a KPI whose key may be missing": {
      ...base,
      kpis: base.kpis.map((kpi) => ({ ...kpi, table: { ...kpi.table, key: ["date", "last"] } })),
    },
  }
  for (const [name, input] of Object.entries(broken)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(compileTransform("duckdb", input))
        assert.instanceOf(error, UnsupportedTable)
      }),
    )
  }
})
