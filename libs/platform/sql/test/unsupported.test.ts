/** What a dialect can't say stops the build, with a name for what it is. */
import { assert, describe, it } from "@effect/vitest"
import {
  columnsOf,
  dataset,
  Expr,
  fieldsOf,
  groupRule,
  Integer,
  noInvisibleCharacters,
  rule,
  type Rule,
  Text,
} from "@pos/contract"
import { Effect, Schema } from "effect"
import { compileCheck } from "../src/checks.ts"
import { compile, duckdb, expression, polars, spark, type Scope } from "../src/index.ts"
import { Receipt, receipts } from "./support/receipts.ts"

const words = { message: ".", meaning: ".", remedy: "." }
const withRule = (one: Rule) => compile({ ...receipts, rules: [one] }, [])
const row = columnsOf(Receipt)

const scope: Scope = {
  dialect: duckdb,
  column: (name) => {
    const field = receipts.fields.find((one) => one.name === name)
    return field && { sql: name, column: field.column }
  },
}

describe("the build stops at", () => {
  it.effect("a check that carries no data", () =>
    Effect.gen(function* () {
      const even = Schema.makeFilter((value: bigint) => value % 2n === 0n)
      const error = yield* Effect.flip(
        compile(
          dataset({ ...receipts, row: Schema.Struct({ ...Receipt.fields, till: Integer.check(even) }), rules: [] }),
          [],
        ),
      )
      assert.strictEqual(error._tag, "UnsupportedInDialect")
      assert.include(error.message, '"till" has this check')
    }),
  )

  it.effect("a check that no dialect has an entry for", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        compile(
          dataset({
            ...receipts,
            row: Schema.Struct({ ...Receipt.fields, id: Text.check(Schema.isUUID(), noInvisibleCharacters) }),
            rules: [],
          }),
          [],
        ),
      )
      assert.include(error.message, "effect/schema/isUUID can't be written for")
    }),
  )

  const patterns = [/a.b/u, /\w+/u, /\s/u, /(?=a)/u, /a/i, /[^a]/, /(a)\1/u, /\p{L}/u, /a+?/u, /\bx/u, /[[a]/] as const
  it.effect.each(patterns)("the pattern %s, which engines read differently", (pattern) =>
    Effect.gen(function* () {
      const [field] = fieldsOf(Schema.Struct({ a: Text.check(Schema.isPattern(pattern)) }))
      for (const dialect of [duckdb, spark, polars]) {
        const error = yield* Effect.flip(compileCheck(field!.checks[0]!, field!, "a", dialect))
        assert.strictEqual(error.node, "effect/schema/isPattern")
        assert.strictEqual(error.dialect, dialect.name)
      }
    }),
  )

  it.effect("numbers that are longer than the engines' decimals", () =>
    Effect.gen(function* () {
      const cube = Expr.multiply(Expr.multiply(row.amount, row.amount), row.amount)
      const error = yield* Effect.flip(expression(cube.node, scope))
      assert.strictEqual(error.node, "multiply")
      assert.include(error.message, "54 digits")
    }),
  )

  it.effect("numbers that no decimal can hold beside each other", () =>
    Effect.gen(function* () {
      const total = groupRule(Receipt, {
        id: "total",
        severity: "error",
        groupBy: ["till"],
        column: "amount",
        violatedWhen: (line, till) =>
          Expr.gt(till.sum(Expr.multiply(line.amount, line.till)), Expr.multiply(line.amount, line.amount)),
        ...words,
      })
      const error = yield* Effect.flip(compile({ ...receipts, groupRules: [total] }, []))
      assert.strictEqual(error._tag === "UnsupportedInDialect" && error.dialect, "duckdb")
      assert.include(error.message, "its numbers need 42 digits, more than 38")
    }),
  )

  it.effect("a proof whose numbers may need more than 64 bits", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        withRule(
          rule(Receipt, {
            id: "large",
            severity: "warning",
            column: "amount",
            violatedWhen: (c) =>
              Expr.gt(Expr.multiply(Expr.multiply(c.amount, c.till), Expr.multiply(c.till, c.till)), 5),
            ...words,
          }),
        ),
      )
      assert.strictEqual(error._tag === "UnsupportedInDialect" && error.dialect, "polars")
    }),
  )

  it.effect("a column that the row does not have", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(expression({ op: "column", name: "nothing", kind: "text" }, scope))
      assert.include(error.message, 'no column "nothing"')
    }),
  )
})

describe("a portable pattern", () => {
  it.effect.each([
    [/^[A-Z]{2,3}$/, "^[A-Z]{2,3}$", "^[A-Z]{2,3}\\z"],
    [/^\d+(?:-[\d_]+)?$/, "^[0-9]+(?:-[0-9_]+)?$", "^[0-9]+(?:-[0-9_]+)?\\z"],
    [/\u00e4|\$|\./u, "\\x{00e4}|\\$|\\.", "\\u00e4|\\$|\\."],
    [/[\u{e0000}-\u{e0fff}]/u, "[\\x{e0000}-\\x{e0fff}]", "[\\x{e0000}-\\x{e0fff}]"],
  ] as const)("%s is written for each engine", ([pattern, re2, java]) =>
    Effect.gen(function* () {
      const [field] = fieldsOf(Schema.Struct({ a: Text.check(Schema.isPattern(pattern)) }))
      const written = (dialect: typeof duckdb) => compileCheck(field!.checks[0]!, field!, "a", dialect)
      assert.strictEqual((yield* written(duckdb)).sql, `regexp_matches(a, ${duckdb.textLiteral(re2)})`)
      assert.strictEqual((yield* written(spark)).sql, `(a RLIKE ${spark.textLiteral(java)})`)
    }),
  )
})

describe("literals and names", () => {
  const hostile = ["it's", 'say "hi"', "back\\slash", "tick`", "'); DROP TABLE x; --", "\n"]
  it.each(hostile)("%j is quoted so that it stays one", (text) => {
    assert.strictEqual(duckdb.textLiteral(text).slice(1, -1).replaceAll("''", "'"), text)
    assert.strictEqual(duckdb.identifier(text).slice(1, -1).replaceAll('""', '"'), text)
    assert.strictEqual(spark.textLiteral(text).slice(1, -1).replace(/\\(.)/gs, "$1"), text)
    assert.strictEqual(spark.identifier(text).slice(1, -1).replaceAll("``", "`"), text)
  })
})
