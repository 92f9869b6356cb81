import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import {
  compileTransform,
  relations,
  type Step,
  type Transform,
  transformDialects,
  type TransformInput,
  UnsupportedTable,
} from "../../src/transform/index.ts"
import { sales } from "./sales.ts"
import { stores } from "./stores.ts"

const PHASES = [
  "whole",
  "read",
  "unify",
  "sought",
  "indexed",
  "nearby",
  "match",
  "compare",
  "conflicts",
  "replace",
  "newest",
  "explain",
  "repair",
  "canary",
] as const
/** What the store gives before a phase begins. */
const GIVEN: Readonly<Record<string, ReadonlyArray<string>>> = {
  whole: [relations.spans],
  read: [relations.validated, relations.sources, relations.ends],
  indexed: [relations.existing],
  nearby: [relations.existing],
  match: [relations.existing],
  newest: [relations.existing],
  explain: [relations.examined],
  kpi: [relations.touched, relations.current],
}

const phasesOf = (transform: Transform): ReadonlyArray<readonly [string, ReadonlyArray<Step>]> => [
  ...PHASES.map((name) => [name, transform[name] ?? []] as const),
  ...transform.kpis.map((kpi) => [`kpi ${kpi.name}`, kpi.steps] as const),
]

/** Every statement with what is known about it, for reading. */
const listing = (transform: Transform): string =>
  phasesOf(transform)
    .flatMap(([phase, steps]) => steps.map((step) => [phase, step] as const))
    .map(([phase, { name, kind, sql, reads, over, emptyWith, merge }]) => {
      const about = [`reads ${reads.join(", ")}`, ...(over ? [`over ${over}`] : [])]
      if (emptyWith) about.push(`empty with ${emptyWith.join(", ")}`)
      const put = merge === undefined ? "" : `\n-- ${JSON.stringify(merge, null, 2).replaceAll("\n", "\n-- ")}`
      return `-- ${phase}: ${kind} ${name}; ${about.join("; ")}\n${sql}${put}\n`
    })
    .join("\n")

const compiled = (engine: string, input: TransformInput): Effect.Effect<Transform, UnsupportedTable> => {
  const dialect = transformDialects[engine]
  return dialect === undefined ? Effect.die(`There is no dialect ${engine}.`) : compileTransform(dialect, input)
}

const matches = (name: string, text: string) => Effect.promise(() => expect(text).toMatchFileSnapshot(`golden/${name}`))

describe("the statements of the transformation", () => {
  for (const engine of Object.keys(transformDialects)) {
    for (const policy of ["keepFirst", "latestWins"] as const) {
      it.effect(`for ${engine}, ${policy}`, () =>
        Effect.gen(function* () {
          yield* matches(`${engine}.${policy}.sql`, listing(yield* compiled(engine, sales(policy))))
        }),
      )
      it.effect(`for ${engine}, ${policy}, where a key is unique within 400 days`, () =>
        Effect.gen(function* () {
          yield* matches(`${engine}.${policy}.400-days.sql`, listing(yield* compiled(engine, sales(policy, 400))))
        }),
      )
    }
    for (const delivers of ["wholeList", "changes"] as const) {
      it.effect(`for ${engine}, reference data delivered as ${delivers}`, () =>
        Effect.gen(function* () {
          yield* matches(`${engine}.${delivers}.sql`, listing(yield* compiled(engine, stores(delivers))))
        }),
      )
    }
  }

  // The job's tests run these statements: its plan is compiled from the contract, whose policy is another.
  it.effect("for the job's tests where the latest row wins", () =>
    Effect.gen(function* () {
      const input = sales("latestWins")
      const transform = yield* compiled("duckdb", { ...input, kpis: [] })
      yield* matches("latest-wins.json", `${JSON.stringify({ curated: input.curated, transform }, null, 2)}\n`)
    }),
  )

  it.effect("names every partition that a MERGE may read", () =>
    Effect.gen(function* () {
      for (const [engine, days] of Object.keys(transformDialects).flatMap(
        (name) =>
          [
            [name, 0],
            [name, 400],
          ] as const,
      )) {
        const steps = phasesOf(yield* compiled(engine, sales("latestWins", days))).flatMap(([, all]) => all)
        const merges = steps.filter(({ kind }) => kind === "merge")
        assert.deepStrictEqual(
          merges.map(({ name }) => name),
          ["replaced", "removed", "changes"],
        )
        for (const { merge, over } of merges) {
          assert.match(merge?.on ?? "", /^t\.["`]date["`] IN \(\{dates\}\) AND /)
          assert.strictEqual(over, "dates")
        }
      }
    }),
  )

  it.effect("tells the dates of parts by their ends only where a later instant is never on an earlier date", () =>
    Effect.gen(function* () {
      for (const [timeZone, cutoffHour, told] of [
        ["UTC", 0, true],
        ["UTC", 4, true],
        ["America/St_Johns", 0, false],
      ] as const) {
        const transform = yield* compiled("duckdb", {
          ...sales("keepFirst", 400),
          businessDate: { timeZone, cutoffHour },
        })
        const counted = transform.read.find(({ name }) => name === relations.counted)
        assert.strictEqual(transform.whole !== undefined, told, timeZone)
        assert.strictEqual(counted?.reads.includes(relations.wholeParts), told, timeZone)
      }
    }),
  )

  it.effect("reads only what is there by then, and says so", () =>
    Effect.gen(function* () {
      for (const engine of Object.keys(transformDialects)) {
        const facts = (["keepFirst", "latestWins"] as const).flatMap((policy) => [sales(policy), sales(policy, 400)])
        for (const input of [...facts, stores("wholeList"), stores("changes")]) {
          const made = new Set<string>()
          for (const [phase, steps] of phasesOf(yield* compiled(engine, input))) {
            for (const name of GIVEN[phase.split(" ")[0] ?? ""] ?? []) made.add(name)
            for (const { name, reads, emptyWith, kind, merge, over, sql } of steps) {
              assert.isNotEmpty(reads, name)
              for (const read of [...reads, ...(emptyWith ?? [])])
                assert.isTrue(made.has(read), `${name} reads ${read}`)
              assert.strictEqual(kind === "merge", merge !== undefined, name)
              const open = [sql, merge?.on ?? ""].some((text) => /\{(dates|parts?)\}/.test(text))
              assert.strictEqual(over !== undefined, open, name)
              if (kind === "view" || kind === "table") made.add(name)
            }
          }
        }
      }
    }),
  )
})

describe("a table without statements is a compile error:", () => {
  const base = sales("keepFirst")
  const list = stores("wholeList")
  const broken: Record<string, TransformInput> = {
    "two partition columns": { ...base, curated: { ...base.curated, partitionBy: ["date", "store_id"] } },
    "a key without a scope": { ...base, curated: { ...base.curated, keyScope: [] } },
    "a scope beside a window": { ...base, curated: { ...base.curated, keyDays: 400 } },
    "no key": { ...base, curated: { ...base.curated, key: [] } },
    "a key that may be missing": { ...base, curated: { ...base.curated, key: ["discount_applied"] } },
    "no event time": { ...base, eventTime: "store_id" },
    "no order of arrival where the latest row wins": { ...base, acrossFiles: "latestWins" },
    "a column that no file fills": { ...base, validated: base.validated.slice(1) },
    "facts without a business date": { ...base, businessDate: undefined } as never,
    "reference data with partitions": { ...list, curated: { ...list.curated, partitionBy: ["opened"] } },
    "reference data without a key": { ...list, curated: { ...list.curated, key: [] } },
    "reference data whose key may be missing": { ...list, curated: { ...list.curated, key: ["closed"] } },
    "reference data with a column that no file fills": { ...list, validated: list.validated.slice(1) },
    "reference data with a KPI": { ...list, kpis: base.kpis },
    "reference data without the order of arrival": {
      ...list,
      curated: { ...list.curated, columns: list.curated.columns.slice(0, -1) },
    },
    "a KPI that is not partitioned by its key": {
      ...base,
      kpis: base.kpis.map((kpi) => ({ ...kpi, table: { ...kpi.table, partitionBy: ["units"] } })),
    },
    "a KPI whose period may be missing": {
      ...base,
      kpis: base.kpis.map((kpi) => ({ ...kpi, table: { ...kpi.table, key: ["last"], partitionBy: ["last"] } })),
    },
  }
  for (const [name, input] of Object.entries(broken)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(compiled("duckdb", input))
        assert.instanceOf(error, UnsupportedTable)
      }),
    )
  }
})
