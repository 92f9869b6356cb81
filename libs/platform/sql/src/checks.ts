/** One entry per check that a column's Schema may carry, by the id under which Effect persists it. */
import { BLANK, CONTROL, type Field, type FieldCheck, INVISIBLE } from "@pos/contract"
import { Effect } from "effect"
import type { CheckCompiler, ColumnReference, Compiled, Dialect } from "./dialect.ts"
import { plain, unsupported } from "./expression.ts"
import { translatePattern } from "./pattern.ts"

/** Bounds of whole numbers are persisted as text, those of doubles as numbers. */
const bound = (value: unknown, dialect: Dialect): string =>
  typeof value === "number" ? dialect.floatLiteral(value) : String(value)

const compare =
  (operator: string, key: string): CheckCompiler =>
  (payload, { sql }, dialect) =>
    `${sql} ${operator} ${bound(payload[key], dialect)}`

const between: CheckCompiler = (payload, { sql }, dialect) => {
  const lower = payload["exclusiveMinimum"] === true ? ">" : ">="
  const upper = payload["exclusiveMaximum"] === true ? "<" : "<="
  return `(${sql} ${lower} ${bound(payload["minimum"], dialect)} AND ${sql} ${upper} ${bound(payload["maximum"], dialect)})`
}

const matching =
  (holds: (match: string) => string, fixed?: RegExp): CheckCompiler =>
  (payload, { sql }, dialect) => {
    const source = fixed ?? (payload as { readonly source: string; readonly flags: string })
    const translated = translatePattern(source, dialect.patternSyntax)
    return "problem" in translated ? translated : holds(dialect.matches(sql, translated.pattern))
  }

const codePoints =
  (operator: string, key: string): CheckCompiler =>
  (payload, { sql }, dialect) =>
    `${dialect.codePoints(sql)} ${operator} ${String(payload[key])}`

/** An equality or a list of them; texts of a contract's list are never NULL. */
const isOneOf: CheckCompiler = (payload, { sql }, dialect) =>
  `${sql} IN (${(payload["values"] as ReadonlyArray<string>).map(dialect.textLiteral).join(", ")})`

export const checkCompilers: Readonly<Record<string, CheckCompiler>> = {
  "effect/schema/isGreaterThan": compare(">", "exclusiveMinimum"),
  "effect/schema/isGreaterThanOrEqualTo": compare(">=", "minimum"),
  "effect/schema/isLessThan": compare("<", "exclusiveMaximum"),
  "effect/schema/isLessThanOrEqualTo": compare("<=", "maximum"),
  "effect/schema/isBetween": between,
  "effect/schema/isGreaterThanBigInt": compare(">", "exclusiveMinimum"),
  "effect/schema/isGreaterThanOrEqualToBigInt": compare(">=", "minimum"),
  "effect/schema/isLessThanBigInt": compare("<", "exclusiveMaximum"),
  "effect/schema/isLessThanOrEqualToBigInt": compare("<=", "maximum"),
  "effect/schema/isBetweenBigInt": between,
  "effect/schema/isMinCodePoints": codePoints(">=", "minCodePoints"),
  "effect/schema/isMaxCodePoints": codePoints("<=", "maxCodePoints"),
  "effect/schema/isPattern": matching((match) => match),
  "pos/isOneOf": isOneOf,
  "pos/notBlank": matching((match) => `NOT ${match}`, BLANK),
  "pos/noControlCharacters": matching((match) => `NOT ${match}`, CONTROL),
  "pos/noInvisibleCharacters": matching((match) => `NOT ${match}`, INVISIBLE),
}

/** SQL that is TRUE where a present value of the field keeps the check. */
export const compileCheck = (check: FieldCheck, field: Field, sql: string, dialect: Dialect): Compiled => {
  const value: ColumnReference = { sql, column: field.column }
  const compiler = dialect.checks?.[check.id] ?? checkCompilers[check.id]
  if (compiler === undefined)
    return unsupported(dialect, check.id, `"${field.name}" has this check; write a rule, or add an entry to checks.ts`)
  const compiled = compiler((check.payload ?? {}) as Record<string, unknown>, value, dialect)
  return typeof compiled === "string"
    ? Effect.succeed(plain(compiled))
    : unsupported(dialect, check.id, `"${field.name}": ${compiled.problem}`)
}
