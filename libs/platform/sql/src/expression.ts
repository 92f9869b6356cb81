/** Folds the contract's expressions into SQL: children first; a dialect may take a node over, else the default here. */
import { type Node, type Precision, precisionOf } from "@pos/contract"
import { Effect } from "effect"
import type { Compiled, Dialect, Fragment, Scope } from "./dialect.ts"
import { UnsupportedInDialect } from "./errors.ts"

/** The longest decimal that DuckDB and Spark have; Spark counts one digit more for a product and would then round it. */
const MAX_DIGITS = { add: 38, subtract: 38, negate: 38, abs: 38, multiply: 37 } as const

const COMPARISON = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "=", ne: "<>" } as const
const ARITHMETIC = { add: "+", subtract: "-", multiply: "*" } as const

export const plain = (sql: string): Fragment => ({ sql, needs: [] })

export const unsupported = (dialect: Dialect, node: string, problem: string) =>
  Effect.fail(new UnsupportedInDialect({ dialect: dialect.name, node, problem }))

/** Puts compiled parts together; what they need, the whole needs. */
const combine = (parts: ReadonlyArray<Compiled>, join: (...sql: ReadonlyArray<string>) => string): Compiled =>
  Effect.map(Effect.all(parts), (all) => ({
    sql: join(...all.map((part) => part.sql)),
    needs: [...new Set(all.flatMap((part) => part.needs))],
  }))

const literal = (node: Extract<Node, { op: "literal" }>, dialect: Dialect): string => {
  if (node.kind === "text") return dialect.textLiteral(node.value)
  if (node.kind === "float") return dialect.floatLiteral(node.value)
  return node.kind === "boolean" ? String(node.value).toUpperCase() : node.value
}

/** DuckDB keeps the result of two numbers of at most this many digits to as many, and fails when it needs more. */
const SHORT = 18

/** How wide the operands are cast so that the result has room: `[left, right]`. */
const operandDigits = (op: keyof typeof ARITHMETIC, left: Precision, right: Precision, result: Precision) => {
  if (op !== "multiply") {
    const precision = result.precision - 1 === SHORT ? SHORT + 1 : result.precision - 1
    return [
      { ...result, precision },
      { ...result, precision },
    ] as const
  }
  const isShort = Math.max(left.precision, right.precision) <= SHORT && result.precision > SHORT
  return [isShort ? { ...left, precision: SHORT + 1 } : left, right] as const
}

/** Whole and decimal numbers are calculated as decimals that are long enough: 64-bit integers would overflow. */
const exactArithmetic = (
  node: Extract<Node, { op: "add" | "subtract" | "multiply" | "negate" | "abs" }>,
  scope: Scope,
): Compiled => {
  const digits = (of: Node): Precision => precisionOf(of, (name) => scope.column(name)?.column)
  const result = digits(node)
  const most = MAX_DIGITS[node.op]
  if (result.precision > most)
    return unsupported(scope.dialect, node.op, `the result has ${result.precision} digits, more than ${most}`)
  const operand = (of: Node, as: Precision) =>
    Effect.map(expression(of, scope), ({ sql, needs }) => ({
      sql: `CAST(${sql} AS ${scope.dialect.typeName({ kind: "decimal", ...as })})`,
      needs,
    }))
  switch (node.op) {
    case "negate":
      return combine([operand(node.of, result)], (sql) => `(-${sql})`)
    case "abs":
      return combine([operand(node.of, result)], (sql) => `abs(${sql})`)
    default: {
      const [left, right] = operandDigits(node.op, digits(node.left), digits(node.right), result)
      const operator = ARITHMETIC[node.op]
      return combine([operand(node.left, left), operand(node.right, right)], (l, r) => `(${l} ${operator} ${r})`)
    }
  }
}

/** The longest decimal that the engines have. */
const LONGEST = 38

/** Exact numbers of different lengths are brought to one type before an engine compares or chooses between them. */
const inOneType = (all: ReadonlyArray<Node>, node: Node, scope: Scope, sql: Compiled): Compiled => {
  if (!all.every(({ kind }) => kind === "integer" || kind === "decimal")) return sql
  const digits = all.map((of) => precisionOf(of, (name) => scope.column(name)?.column))
  const scale = Math.max(...digits.map((one) => one.scale))
  const needed = scale + Math.max(...digits.map((one) => one.precision - one.scale))
  if (needed <= LONGEST) return sql
  return unsupported(
    scope.dialect,
    node.op,
    `beside each other its numbers need ${needed} digits, more than ${LONGEST}`,
  )
}

const byDefault = (node: Node, scope: Scope): Compiled => {
  const { dialect } = scope
  const of = (inner: Node): Compiled => expression(inner, scope)
  switch (node.op) {
    case "column": {
      const reference = scope.column(node.name)
      return reference === undefined
        ? unsupported(dialect, node.op, `there is no column "${node.name}" here`)
        : Effect.succeed(plain(reference.sql))
    }
    case "literal":
      return Effect.succeed(plain(literal(node, dialect)))
    case "parameter":
      return Effect.succeed(plain(dialect.parameter(node.name)))
    case "add":
    case "subtract":
    case "multiply":
      return node.kind === "float"
        ? combine([of(node.left), of(node.right)], (l, r) => `(${l} ${ARITHMETIC[node.op]} ${r})`)
        : exactArithmetic(node, scope)
    case "negate":
    case "abs":
      if (node.kind !== "float") return exactArithmetic(node, scope)
      return combine([of(node.of)], (sql) => (node.op === "abs" ? `abs(${sql})` : `(-${sql})`))
    case "sign":
      return combine([of(node.of)], (sql) => `CASE WHEN ${sql} > 0 THEN 1 WHEN ${sql} < 0 THEN -1 ELSE 0 END`)
    case "lt":
    case "lte":
    case "gt":
    case "gte":
    case "eq":
    case "ne":
      return inOneType(
        [node.left, node.right],
        node,
        scope,
        combine([of(node.left), of(node.right)], (l, r) => `${l} ${COMPARISON[node.op]} ${r}`),
      )
    case "and":
    case "or":
      return node.all.length === 0
        ? Effect.succeed(plain(node.op === "and" ? "TRUE" : "FALSE"))
        : combine(node.all.map(of), (...all) => `(${all.join(node.op === "and" ? " AND " : " OR ")})`)
    case "not":
      return combine([of(node.of)], (sql) => `(NOT ${sql})`)
    case "isPresent":
      return combine([of(node.of)], (sql) => `(${sql} IS NOT NULL)`)
    case "oneOf":
      return node.values.length === 0
        ? Effect.succeed(plain("FALSE"))
        : combine([of(node.of), ...node.values.map(of)], (sql, ...values) => `(${sql} IN (${values.join(", ")}))`)
    case "coalesce":
      return inOneType(
        [node.of, node.otherwise],
        node,
        scope,
        combine([of(node.of), of(node.otherwise)], (sql, otherwise) => `coalesce(${sql}, ${otherwise})`),
      )
    case "caseWhen":
      return inOneType(
        [node.value, node.otherwise],
        node,
        scope,
        combine(
          [of(node.when), of(node.value), of(node.otherwise)],
          (when, then, otherwise) => `CASE WHEN ${when} THEN ${then} ELSE ${otherwise} END`,
        ),
      )
    case "length":
      return combine([of(node.of)], dialect.codePoints)
    case "localHour":
      return (
        scope.localHour?.(node.of) ??
        unsupported(dialect, node.op, "the local hour is known to the groups of KPIs only")
      )
  }
}

/** SQL with the meaning that `evaluate` gives to the expression, or why the dialect has none. */
export const expression = (node: Node, scope: Scope): Compiled =>
  scope.dialect.override?.(node, scope, (inner) => expression(inner, scope)) ?? byDefault(node, scope)
