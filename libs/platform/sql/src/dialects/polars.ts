/**
 * polars' SQL, used for proofs over a typed read: integers are Int64, decimals and moments are Float64.
 * Decimals are compared as doubles: a file takes the fast path only after every decimal in it is proved to be the double
 * nearest to its stored value and to have at most fifteen significant digits, so doubles order and equal them rightly.
 * Arithmetic on exact numbers goes over whole multiples of the smallest unit in 64 bits, with bounds as conditions.
 */
import { type Column, type Node, precisionOf } from "@pos/contract"
import { Effect } from "effect"
import type { Compiled, Dialect, Fragment, Scope } from "../dialect.ts"
import { UnsupportedInDialect } from "../errors.ts"

const MAX_INT64 = 2n ** 63n - 1n
/** Bounds to try for the columns in an arithmetic expression, largest first. */
const BOUNDS = [10n ** 9n, 10n ** 6n, 10n ** 4n] as const
/** Decimal digits that a double always tells apart. */
const DOUBLE_DIGITS = 15

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const textLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** polars' SQL reads no exponents. */
const floatLiteral = (value: number): string => {
  const text = BigInt(Math.trunc(value)).toString()
  return Number.isInteger(value) ? `${text}.0` : value.toFixed(20).replace(/0+$/, "")
}

interface Scaled extends Fragment {
  /** The largest absolute value that `sql` can have while `needs` hold. */
  readonly bound: bigint
}

const fail = (node: string, problem: string) =>
  Effect.fail(new UnsupportedInDialect({ dialect: "polars", node, problem }))

const columnOf =
  (scope: Scope) =>
  (name: string): Column | undefined =>
    scope.column(name)?.column

/** The exact value in units of 10^-scale, as an Int64. */
const scaled = (
  node: Node,
  scale: number,
  limit: bigint,
  scope: Scope,
): Effect.Effect<Scaled, UnsupportedInDialect> => {
  const of = (inner: Node) => scaled(inner, scale, limit, scope)
  const own = precisionOf(node, columnOf(scope)).scale
  const lift = 10n ** BigInt(scale - own)
  switch (node.op) {
    case "column": {
      const column = scope.column(node.name)
      if (column === undefined) return fail(node.op, `there is no column "${node.name}" here`)
      const needs = [`(${column.sql} IS NULL OR abs(${column.sql}) <= ${limit})`]
      const unit = 10n ** BigInt(own)
      const whole =
        node.kind === "decimal"
          ? `cast(floor(abs(${column.sql}) * ${unit} + 0.5) as bigint) * (CASE WHEN ${column.sql} < 0 THEN -1 ELSE 1 END)`
          : column.sql
      return Effect.succeed({ sql: `(${whole} * ${lift})`, needs, bound: limit * unit * lift })
    }
    case "literal": {
      const value = BigInt(String(node.value).replace(".", "")) * lift
      return Effect.succeed({ sql: `${value}`, needs: [], bound: value < 0n ? -value : value })
    }
    case "add":
    case "subtract":
      return Effect.map(Effect.all([of(node.left), of(node.right)]), ([left, right]) => ({
        sql: `(${left.sql} ${node.op === "add" ? "+" : "-"} ${right.sql})`,
        needs: [...left.needs, ...right.needs],
        bound: left.bound + right.bound,
      }))
    case "multiply": {
      const [left, right] = [node.left, node.right].map((side) => precisionOf(side, columnOf(scope)).scale)
      const both = [scaled(node.left, left ?? 0, limit, scope), scaled(node.right, right ?? 0, limit, scope)] as const
      return Effect.map(Effect.all(both), ([l, r]) => ({
        sql: `(${l.sql} * ${r.sql} * ${lift})`,
        needs: [...l.needs, ...r.needs],
        bound: l.bound * r.bound * lift,
      }))
    }
    case "negate":
    case "abs":
      return Effect.map(of(node.of), (inner) => ({
        ...inner,
        sql: node.op === "abs" ? `abs(${inner.sql})` : `(${inner.sql} * -1)`,
      }))
    case "coalesce":
      return Effect.map(Effect.all([of(node.of), of(node.otherwise)]), ([value, otherwise]) => ({
        sql: `coalesce(${value.sql}, ${otherwise.sql})`,
        needs: [...value.needs, ...otherwise.needs],
        bound: value.bound > otherwise.bound ? value.bound : otherwise.bound,
      }))
    default:
      return fail(node.op, "it can't stand inside of arithmetic here")
  }
}

const isExact = (node: Node): boolean => node.kind === "integer" || node.kind === "decimal"

/** A value that needs no arithmetic: for decimals, signs are exact in doubles too. */
const isDirect = (node: Node, kind: "integer" | "decimal"): boolean => {
  switch (node.op) {
    case "column":
      return node.kind === kind
    case "literal":
      return kind === "decimal"
        ? node.value.toString().replace(/^-|\./g, "").length <= DOUBLE_DIGITS
        : node.kind === kind
    case "abs":
    case "negate":
      return kind === "decimal" && isDirect(node.of, kind)
    case "coalesce":
      return isDirect(node.of, kind) && isDirect(node.otherwise, kind)
    case "choose":
      return isDirect(node.value, kind) && isDirect(node.otherwise, kind)
    case "sign":
    case "length":
      return kind === "integer"
    default:
      return false
  }
}

const OPERATORS = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "=", ne: "<>" } as const

/** Compares exact numbers by their whole multiples, under the widest bounds that keep within 64 bits. */
const compareScaled = (left: Node, right: Node, operator: string, scope: Scope): Compiled => {
  const scale = Math.max(...[left, right].map((side) => precisionOf(side, columnOf(scope)).scale))
  const attempt = (limit: bigint) => Effect.all([scaled(left, scale, limit, scope), scaled(right, scale, limit, scope)])
  return Effect.gen(function* () {
    for (const limit of BOUNDS) {
      const [l, r] = yield* attempt(limit)
      if (l.bound <= MAX_INT64 && r.bound <= MAX_INT64)
        return { sql: `${l.sql} ${operator} ${r.sql}`, needs: [...new Set([...l.needs, ...r.needs])] }
    }
    return yield* fail("multiply", "the numbers may need more than 64 bits")
  })
}

const override: Dialect["override"] = (node, scope, recurse) => {
  if ((node.op === "abs" || node.op === "negate") && node.kind === "decimal" && isDirect(node, "decimal"))
    return Effect.map(recurse(node.of), ({ sql, needs }) => ({
      sql: node.op === "abs" ? `abs(${sql})` : `(-${sql})`,
      needs,
    }))
  if (!(node.op in OPERATORS)) return undefined
  const { op, left, right } = node as Extract<Node, { op: keyof typeof OPERATORS }>
  if (!isExact(left) || !isExact(right)) return undefined
  const direct = (["integer", "decimal"] as const).some((kind) => isDirect(left, kind) && isDirect(right, kind))
  return direct ? undefined : compareScaled(left, right, OPERATORS[op], scope)
}

/** Printable ASCII that neither begins nor ends with a space: proves at once that a text is not blank and has no controls. */
const PRINTABLE = "^[!-~]([ -~]*[!-~])?$"
const printable = (_: unknown, { sql }: { readonly sql: string }) => `regexp_like(${sql}, '${PRINTABLE}')`

export const polars: Dialect = {
  name: "polars",
  identifier: quoted,
  textLiteral,
  floatLiteral,
  parameter: (name) => `{${name}}`,
  typeName: (column) =>
    column.kind === "decimal"
      ? `decimal(${column.precision},${column.scale})`
      : column.kind === "text"
        ? "varchar"
        : "bigint",
  asText: (sql) => `cast(${sql} as varchar)`,
  codePoints: (sql) => `char_length(${sql})`,
  patternSyntax: { codePoint: (hex) => `\\x{${hex}}`, end: "$" },
  matches: (sql, pattern) => `regexp_like(${sql}, ${textLiteral(pattern)})`,
  override,
  checks: {
    "pos/notBlank": printable,
    "pos/noControlCharacters": printable,
    /** Bytes are never fewer than characters, and cost nothing to count. */
    "effect/schema/isMaxCodePoints": (payload, { sql }) =>
      `octet_length(${sql}) <= ${String(payload["maxCodePoints"])}`,
  },
}
