/**
 * The examples in the doc comments of expressions and aggregates are executed, by `evaluate` and in DuckDB, and
 * docs/expressions.md is made of them: `nx run workspace:regenerate` writes it.
 */
import { assert, describe, expect, it } from "@effect/vitest"
import { atMostCharacters, columnsOf, Decimal, EpochSeconds, evaluate, Expr, Integer, kpi, Text } from "@pos/contract"
import { BigDecimal, Effect, Schema } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { duckdb, expression, kpiSelect, type Scope } from "../src/index.ts"
import { ask } from "./support/duckdb.ts"
import { type Example, examplesIn } from "./support/examples.ts"

const contract = (path: string) => readFileSync(join(import.meta.dirname, "../../contract/src", path), "utf8")
const expressions = examplesIn(contract("expression/expr.ts"), /^export const (?<name>\w+) =/gm)
const aggregates = examplesIn(
  /interface Aggregates \{([\s\S]*?)\n\}/.exec(contract("kpi/measure.ts"))?.[1] ?? "",
  /^ {2}readonly (?<name>\w+):/gm,
)

const Sale = Schema.Struct({
  transaction_id: Text.check(atMostCharacters(64)),
  store_id: Integer,
  quantity: Integer,
  revenue: Decimal(18, 4),
  discount_applied: Schema.optionalKey(Decimal(18, 4)),
  timestamp: EpochSeconds,
})
const sale = { transaction_id: "T-1", store_id: 12n, quantity: 3n, revenue: BigDecimal.fromStringUnsafe("19.98") }

/** The lines that the aggregates' examples are about; the first is also that of the expressions. */
const TABLE = `CREATE TABLE sales AS SELECT DATE '2026-01-01' AS date, * FROM (VALUES
  ('T-1', 12::BIGINT, 3::BIGINT, 19.98::DECIMAL(18,4), NULL::DECIMAL(18,4), 1767225600::DOUBLE),
  ('T-2', 12, 2, 20, 1.5, 1767225600),
  ('T-3', 13, -1, -5, NULL, 1767225600)
) AS t(transaction_id, store_id, quantity, revenue, discount_applied, timestamp)`

/** An example's code, as an author writes it in a rule or a KPI. */
const written = (code: string, names: Readonly<Record<string, unknown>>): unknown =>
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval, no-new-func -- it is our own documentation
  new Function(...Object.keys(names), `return ${code}`)(...Object.values(names))

const plain = (value: unknown): string => (BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : String(value))
/** DuckDB writes the zeros of a decimal's scale, too. */
const unpadded = (text: string | null | undefined): string =>
  String(text)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "")

const scope: Scope = {
  dialect: duckdb,
  column: (name) => {
    const column = columnsOf(Sale)[name as "revenue"] && kinds[name as "revenue"]
    return column && { sql: duckdb.identifier(name), column }
  },
}
const kinds = {
  transaction_id: { kind: "text" },
  store_id: { kind: "integer" },
  quantity: { kind: "integer" },
  revenue: { kind: "decimal", precision: 18, scale: 4 },
  discount_applied: { kind: "decimal", precision: 18, scale: 4 },
  timestamp: { kind: "epochSeconds" },
} as const

describe("an example of an expression", () => {
  it.effect.each(expressions)("$code is $value", ({ code, value }) =>
    Effect.gen(function* () {
      const { node } = written(code, { Expr, sale: columnsOf(Sale) }) as Expr.Expr<unknown>
      assert.strictEqual(plain(evaluate(node, sale)), value, "evaluate")
      const { sql } = yield* expression(node, scope)
      const [[answer] = []] = yield* ask([TABLE], `SELECT ${sql} FROM sales WHERE transaction_id = 'T-1'`)
      assert.strictEqual(unpadded(answer), value, "DuckDB")
    }),
  )
})

describe("an example of an aggregate", () => {
  it.effect.each(aggregates)("$code is $value", ({ code, value }) =>
    Effect.gen(function* () {
      const example = kpi(Sale, {
        name: "example",
        description: "An example.",
        by: [],
        measures: (row, all) => ({
          answer: written(code, { ...all, Expr, sale: row }) as ReturnType<typeof all.count>,
        }),
      })
      const select = yield* kpiSelect(example, duckdb, "sales")
      const [answer] = yield* ask([TABLE], select)
      assert.strictEqual(unpadded(answer?.[1]), value)
    }),
  )
})

const rows = (all: ReadonlyArray<Example>): string =>
  all.map(({ name, text, code, value }) => `| \`${name}\` | ${text} | \`${code}\` | \`${value}\` |`).join("\n")

it("docs/expressions.md lists each of them", async () => {
  await expect(`# Expressions and aggregates

Rules and KPIs are written with these. An expression is data: \`evaluate\` gives its value in TypeScript, and the compiler
writes the SQL of each engine from it. There is no division and no average, since engines disagree on both: a KPI stores the
two numbers, and its \`ratios\` are divided where it is read ([adding a KPI](adding-a-kpi.md)).

This page is generated from the doc comments in \`libs/platform/contract/src/expression/expr.ts\` and
\`libs/platform/contract/src/kpi/measure.ts\`, and every example on it is executed.

## Expressions

A literal may stand on the right of a column. Whole numbers and decimals are exact and mix with each other; floating
numbers (moments in seconds) mix with nothing else. An optional column needs \`coalesce\` or \`isPresent\` first. The examples
are about a transaction with the id \`T-1\`, store 12, quantity 3, revenue 19.98 and no discount.

| name | value | example | gives |
| --- | --- | --- | --- |
${rows(expressions)}

A rule's second parameter has the moment of the event that started the run, \`run.eventTime\`, in seconds since 1970:
\`Expr.gt(sale.timestamp, Expr.add(run.eventTime, 172_800))\`.

## Aggregates

A KPI's measures, per business date and group. Sums need no bounds of their own: the type of the table's column follows from
the bounds of the columns. The examples are about that transaction and two others: quantity 2 with revenue 20 in store 12, and a
return of 1 with revenue −5 in store 13.

| name | value | example | gives |
| --- | --- | --- | --- |
${rows(aggregates)}
`).toMatchFileSnapshot("../../../../docs/expressions.md")
})
