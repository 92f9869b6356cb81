/**
 * polars' SQL, used for proofs over a typed read: integers are Int64, decimals and moments are Float64.
 * Decimals are compared as doubles: a file takes the fast path only after every decimal in it is proved to be the double
 * nearest to its stored value and to have at most fifteen significant digits, so doubles order and equal them rightly.
 * Arithmetic on exact numbers goes over whole multiples of the smallest unit in 64 bits, with bounds as conditions.
 */
import type { Node } from "@pos/contract"
import { Effect } from "effect"
import type { Compiled, Dialect, Scope } from "../dialect.ts"
import { scaled } from "./polars-exact.ts"

/** Decimal digits that a double always tells apart. */
const DOUBLE_DIGITS = 15

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const textLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** polars' SQL reads no exponents. */
const floatLiteral = (value: number): string => {
  const text = BigInt(Math.trunc(value)).toString()
  return Number.isInteger(value) ? `${text}.0` : value.toFixed(20).replace(/0+$/, "")
}

const KINDS = ["integer", "decimal"] as const

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
    case "caseWhen":
      return isDirect(node.value, kind) && isDirect(node.otherwise, kind)
    case "sign":
      return kind === "integer" && KINDS.some((of) => isDirect(node.of, of))
    case "length":
      return kind === "integer"
    default:
      return false
  }
}

const OPERATORS = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "=", ne: "<>" } as const

type Recurse = (node: Node) => Compiled

const compare = (
  { op, left, right }: Extract<Node, { op: keyof typeof OPERATORS }>,
  scope: Scope,
  recurse: Recurse,
): Compiled =>
  Effect.map(scaled([left, right], scope, recurse), ([l, r]) => ({
    sql: `${l?.sql ?? ""} ${OPERATORS[op]} ${r?.sql ?? ""}`,
    needs: [...new Set([...(l?.needs ?? []), ...(r?.needs ?? [])])],
  }))

/** A calculated number as a decimal, for its text: whole multiples times the unit, which polars multiplies exactly. */
const calculated = (node: Node, scope: Scope, recurse: Recurse): Compiled =>
  Effect.map(scaled([node], scope, recurse), ([number]) => {
    const { sql = "", scale = 0, needs = [] } = number ?? {}
    if (scale === 0) return { sql, needs }
    const unit = `cast('0.${"1".padStart(scale, "0")}' as decimal(${scale + 1},${scale}))`
    return { sql: `try_cast(${sql} as decimal(38,${scale})) * ${unit}`, needs }
  })

const override: Dialect["override"] = (node, scope, recurse) => {
  switch (node.op) {
    case "lt":
    case "lte":
    case "gt":
    case "gte":
    case "eq":
    case "ne": {
      const { left, right } = node
      if (!isExact(left) || !isExact(right)) return undefined
      const direct = KINDS.some((kind) => isDirect(left, kind) && isDirect(right, kind))
      return direct ? undefined : compare(node, scope, recurse)
    }
    case "add":
    case "subtract":
    case "multiply":
    case "negate":
    case "abs":
    case "sign":
      if (node.op === "sign" ? !isExact(node.of) : !isExact(node)) return undefined
      if (KINDS.some((kind) => isDirect(node, kind))) return direct(node, recurse)
      return calculated(node, scope, recurse)
    default:
      return undefined
  }
}

/** Signs of doubles are exact. */
const direct = (node: Node, recurse: Recurse): Compiled | undefined => {
  if (node.op !== "abs" && node.op !== "negate") return undefined
  return Effect.map(recurse(node.of), ({ sql, needs }) => ({
    sql: node.op === "abs" ? `abs(${sql})` : `(-${sql})`,
    needs,
  }))
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
    "pos/noInvisibleCharacters": printable,
    /** Bytes are never fewer than characters, and cost nothing to count. */
    "effect/schema/isMaxCodePoints": (payload, { sql }) =>
      `octet_length(${sql}) <= ${String(payload["maxCodePoints"])}`,
  },
}
