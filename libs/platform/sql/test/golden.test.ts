/** What each dialect says, for reading in reviews: a change of SQL is a change of these files. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import {
  compile,
  type Dialect,
  duckdb,
  expression,
  kpiSelect,
  type DatasetContent,
  polars,
  type Scope,
  spark,
  sparkColumns,
  type TableDialect,
} from "../src/index.ts"
import { compileCheck } from "../src/checks.ts"
import { kpis, lines } from "./support/kpis.ts"
import { receipts, takings } from "./support/receipts.ts"

const scopeOf = (dialect: Dialect): Scope => ({
  dialect,
  column: (name) => {
    const field = receipts.fields.find((one) => one.name === name)
    return field && { sql: dialect.identifier(name), column: field.column }
  },
})

const section = (title: string, sql: string): string => `-- ${title}\n${sql}\n`

const rowSql = (dialect: Dialect) =>
  Effect.gen(function* () {
    const parts: Array<string> = []
    for (const field of receipts.fields)
      for (const check of field.checks) {
        const { sql } = yield* compileCheck(check, field, dialect.identifier(field.name), dialect)
        parts.push(section(`${field.name} keeps ${check.id}`, sql))
      }
    for (const rule of receipts.rules) {
      const { sql, needs } = yield* expression(rule.violatedWhen, scopeOf(dialect))
      parts.push(section(`${rule.id} is broken`, [sql, ...needs.map((need) => `-- while ${need}`)].join("\n")))
    }
    return parts
  })

const tableSql = (dialect: TableDialect) =>
  Effect.gen(function* () {
    return [
      section("the business date", dialect.businessDate("event_time_us", { timeZone: "Europe/Berlin", cutoffHour: 4 })),
      section("the business date in UTC", dialect.businessDate("event_time_us", { timeZone: "UTC", cutoffHour: 0 })),
      section("the moment", dialect.timestamp("event_time_us")),
      section("a KPI", yield* kpiSelect(takings, dialect, "receipts")),
      section("a KPI of weeks, with a lookup", yield* kpiSelect(kpis[1], dialect, "touched", lines)),
    ]
  })

const matches = (name: string, parts: ReadonlyArray<string>) =>
  Effect.promise(() => expect(parts.join("\n")).toMatchFileSnapshot(`golden/${name}.sql`))

describe("the SQL of", () => {
  it.effect("duckdb", () =>
    Effect.gen(function* () {
      const { validation } = yield* compile(receipts, [takings])
      const { keys } = validation.exact
      const exact = [
        ...validation.exact.rules.map((rule) => section(`exact: ${rule.id}`, rule.sql)),
        section("exact: rows that share a key", keys.rows),
        ...keys.rules.map((rule) => section(`exact: ${rule.code}, among these`, rule.sql)),
      ]
      const typed = section("exact: typed", validation.exact.typed)
      yield* matches("duckdb", [...(yield* rowSql(duckdb)), ...(yield* tableSql(duckdb)), typed, ...exact])
    }),
  )

  it.effect("spark", () =>
    Effect.gen(function* () {
      const { tables } = yield* compile(receipts, [takings])
      const ddl = [tables.curated, ...tables.kpis].map((table) => section(table.name, sparkColumns(table.columns)))
      yield* matches("spark", [...(yield* rowSql(spark)), ...(yield* tableSql(spark)), ...ddl])
    }),
  )

  it.effect("polars", () =>
    Effect.gen(function* () {
      const { validation } = yield* compile(receipts, [takings])
      const { clean, select, warnings } = validation.fast
      yield* matches("polars", [
        ...(yield* rowSql(polars)),
        section("clean", clean.join("\n")),
        ...warnings.map((warning) => section(`warning: ${warning.rule}`, warning.sql)),
        section("select", select.map(({ name, dtype, sql }) => `${sql} AS ${name} -- ${dtype}`).join("\n")),
      ])
    }),
  )
})

const names = (plan: DatasetContent) => plan.tables.curated.columns.map((column) => column.name)

describe("a plan", () => {
  it.effect("is the same every time it is compiled", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* compile(receipts, [takings]), yield* compile(receipts, [takings]))
    }),
  )

  it.effect("has a column for the order of arrival exactly when the latest row wins", () =>
    Effect.gen(function* () {
      const keepFirst = { ...receipts, policies: { ...receipts.policies, acrossFiles: "keepFirst" as const } }
      assert.include(names(yield* compile(receipts, [])), "source_order")
      assert.notInclude(names(yield* compile(keepFirst, [])), "source_order")
    }),
  )
})
