/** The examples in doc comments are executed: `expression // value`. Those of expressions run in an engine, too: @pos/sql. */
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Result, Schema } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as checks from "../src/checks.ts"
import * as contract from "../src/index.ts"
import { receipts } from "./receipt.ts"
import { runParameters } from "../src/expression/columns.ts"
import { equal } from "../src/expression/evaluate.ts"
import { dayRewrite, momentRewrite } from "../src/leniency/patterns.ts"
import { decimalRewrites, integerRewrites } from "../src/leniency/rewrites.ts"
import { children } from "../src/expression/node.ts"

const { columnsOf, Decimal, EpochSeconds, Integer } = contract

const Sale = Schema.Struct({ quantity: Integer, revenue: Decimal(18, 4), timestamp: EpochSeconds })

/** What an example may use, beside everything that the library offers. */
const scope: Readonly<Record<string, unknown>> = {
  ...contract,
  ...checks,
  children,
  equal,
  Sale,
  sale: columnsOf(Sale),
  run: runParameters,
  /** A column of a receipt. */
  field: (name: string) => receipts.fields.find((one) => one.name === name),
  dayRewrite,
  momentRewrite,
  decimalRewrites,
  integerRewrites,
  Result,
  decimal: BigDecimal.fromStringUnsafe,
  accepts: (schema: Schema.Codec<unknown>, value: unknown) => Schema.is(schema)(value),
  text: { message: "{column} is {value}.", meaning: "It is wrong.", remedy: "Send it right." },
}

/** The modules whose exported functions must all have an example. */
const MODULES = [
  "checks.ts",
  "reasons.ts",
  "rule.ts",
  "group-rule.ts",
  "unique.ts",
  "business-day.ts",
  "leniency/rewrites.ts",
  "leniency/patterns.ts",
  "leniency/local-time.ts",
  "leniency/words.ts",
  "expression/node.ts",
  "expression/columns.ts",
  "expression/evaluate.ts",
]
/** Data, and what needs a whole definition to be shown. */
const WITHOUT = new Set([
  "BLANK",
  "CONTROL",
  "fileReasons",
  "rowReasons",
  "unexpectedColumn",
  "runParameters",
  "ruleOf",
  "rowColumnsRead",
  "keyRules",
  "USUAL_DAYS",
  "MOST_DAYS",
  "perBusinessDate",
  "uniqueProblems",
  "businessDayOf",
  "isPattern",
  "rewriteFor",
  "trailerReasons",
  "rewritesOf",
  "dayPatternProblems",
  "momentPatternProblems",
  "LOCAL_TIME",
  "isZone",
  "decimal",
])

interface Documented {
  readonly name: string
  readonly examples: ReadonlyArray<readonly [code: string, value: string]>
}

const documented = (source: string): ReadonlyArray<Documented> =>
  [...source.matchAll(/^export const (\w+)/gm)].map(({ 1: name = "", index }) => {
    const before = source.slice(0, index).trimEnd()
    const comment = before.endsWith("*/") ? before.slice(before.lastIndexOf("/**")) : ""
    const examples = (comment.split("@example")[1] ?? "").split("\n").flatMap((line) => {
      const [, code, value] = /^ \* (.+) \/\/ (.+)$/.exec(line) ?? []
      return code === undefined || value === undefined ? [] : [[code, value] as const]
    })
    return { name, examples }
  })

const shown = (value: unknown): string => {
  if (BigDecimal.isBigDecimal(value)) return BigDecimal.format(value)
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

describe.each(MODULES)("the doc comments of %s", (path) => {
  const all = documented(readFileSync(join(import.meta.dirname, "../src", path), "utf8"))

  it("have an example of each function", () => {
    const without = all.filter(({ name, examples }) => examples.length === 0 && !WITHOUT.has(name))
    assert.deepStrictEqual(
      without.map(({ name }) => name),
      [],
    )
  })

  it.each(all.flatMap(({ examples }) => examples))("%s is %s", (code, value) => {
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval, no-new-func -- it is our own documentation
    const found: unknown = new Function(...Object.keys(scope), `return ${code}`)(...Object.values(scope))
    assert.strictEqual(shown(found), value)
  })
})
