/**
 * Exact arithmetic for polars: over whole multiples of the smallest unit, in 64-bit integers. Its own decimals round
 * products and lose sums near their limits. So that nothing overflows unseen, the columns are bounded: the bounds are
 * conditions (`needs`) of a proof, and a file that breaks them takes the exact path.
 */
import { type Node, type Precision, precisionOf } from "@pos/contract"
import { Effect } from "effect"
import type { Compiled, Fragment, Scope } from "../dialect.ts"
import { UnsupportedInDialect } from "../errors.ts"

const MAX_INT64 = 2n ** 63n - 1n
/** Bounds to try for the columns of an expression, largest first. */
const BOUNDS = [10n ** 9n, 10n ** 6n, 10n ** 4n] as const

export interface Scaled extends Fragment {
  /** The value in units of 10^-scale, an Int64. */
  readonly scale: number
  /** The largest absolute value that `sql` can have while `needs` hold. */
  readonly bound: bigint
}
type Recurse = (node: Node) => Compiled
type Result = Effect.Effect<Scaled, UnsupportedInDialect>

const fail = (node: string, problem: string) =>
  Effect.fail(new UnsupportedInDialect({ dialect: "polars", node, problem }))

const larger = (left: bigint, right: bigint): bigint => (left > right ? left : right)

/** Folds an expression into whole multiples, the columns' absolute values being at most `limit`. */
const folder = (scope: Scope, recurse: Recurse, limit: bigint) => {
  const digits = (node: Node): Precision => precisionOf(node, (name) => scope.column(name)?.column)

  /** In units of 10^-scale, which must be fine enough for the node. */
  const at = (node: Node, scale: number): Result =>
    Effect.map(fold(node), (own) => {
      const lift = 10n ** BigInt(scale - own.scale)
      if (lift === 1n) return own
      const sql = node.op === "literal" ? `${BigInt(own.sql) * lift}` : `(${own.sql} * ${lift})`
      return { ...own, scale, sql, bound: own.bound * lift }
    })

  const both = (
    left: Node,
    right: Node,
    join: (l: Scaled, r: Scaled) => Omit<Scaled, "needs">,
    scale: number,
  ): Result =>
    Effect.map(Effect.all([at(left, scale), at(right, scale)]), ([l, r]) => ({
      ...join(l, r),
      needs: [...l.needs, ...r.needs],
    }))

  const column = (node: Extract<Node, { op: "column" }>): Result => {
    const reference = scope.column(node.name)
    if (reference === undefined) return fail(node.op, `there is no column "${node.name}" here`)
    const { sql } = reference
    const { scale } = digits(node)
    const unit = 10n ** BigInt(scale)
    const needs = [`(${sql} IS NULL OR (${sql} >= -${limit} AND ${sql} <= ${limit}))`]
    if (node.kind === "integer") return Effect.succeed({ sql, needs, scale, bound: limit })
    const magnitude = `cast(floor(abs(${sql}) * ${unit} + 0.5) as bigint)`
    const signed = `(${magnitude} * (CASE WHEN ${sql} < 0 THEN -1 ELSE 1 END))`
    return Effect.succeed({ sql: signed, needs, scale, bound: limit * unit })
  }

  const fold = (node: Node): Result => {
    const { scale } = digits(node)
    switch (node.op) {
      case "column":
        return column(node)
      case "literal": {
        const value = BigInt(String(node.value).replace(".", ""))
        return Effect.succeed({ sql: `${value}`, needs: [], scale, bound: value < 0n ? -value : value })
      }
      case "add":
      case "subtract": {
        const operator = node.op === "add" ? "+" : "-"
        const join = (l: Scaled, r: Scaled) => ({
          sql: `(${l.sql} ${operator} ${r.sql})`,
          scale,
          bound: l.bound + r.bound,
        })
        return both(node.left, node.right, join, scale)
      }
      case "multiply":
        return Effect.map(Effect.all([fold(node.left), fold(node.right)]), ([l, r]) => ({
          sql: `(${l.sql} * ${r.sql})`,
          needs: [...l.needs, ...r.needs],
          scale: l.scale + r.scale,
          bound: l.bound * r.bound,
        }))
      case "negate":
        return Effect.map(fold(node.of), (of) => ({ ...of, sql: `(${of.sql} * -1)` }))
      case "abs":
        return Effect.map(fold(node.of), (of) => ({ ...of, sql: `abs(${of.sql})` }))
      case "sign":
        return Effect.map(fold(node.of), (of) => ({
          ...of,
          sql: `(CASE WHEN ${of.sql} > 0 THEN 1 WHEN ${of.sql} < 0 THEN -1 ELSE 0 END)`,
          scale: 0,
          bound: larger(of.bound, 1n),
        }))
      case "coalesce": {
        const join = (of: Scaled, otherwise: Scaled) => ({
          sql: `coalesce(${of.sql}, ${otherwise.sql})`,
          scale,
          bound: larger(of.bound, otherwise.bound),
        })
        return both(node.of, node.otherwise, join, scale)
      }
      case "caseWhen": {
        const chosen = both(
          node.value,
          node.otherwise,
          (value, otherwise) => ({
            sql: `THEN ${value.sql} ELSE ${otherwise.sql}`,
            scale,
            bound: larger(value.bound, otherwise.bound),
          }),
          scale,
        )
        return Effect.map(Effect.all([recurse(node.when), chosen]), ([when, branches]) => ({
          ...branches,
          sql: `(CASE WHEN ${when.sql} ${branches.sql} END)`,
          needs: [...when.needs, ...branches.needs],
        }))
      }
      case "length":
        return Effect.map(recurse(node.of), (of) => ({
          sql: `cast(char_length(${of.sql}) as bigint)`,
          needs: of.needs,
          scale: 0,
          bound: 2n ** 31n,
        }))
      default:
        return fail(node.op, "it is no exact number")
    }
  }
  return { at, digits }
}

/**
 * Whole multiples of one unit for several expressions, under the widest bounds that keep all of them within 64 bits.
 */
export const scaled = (
  nodes: ReadonlyArray<Node>,
  scope: Scope,
  recurse: Recurse,
): Effect.Effect<ReadonlyArray<Scaled>, UnsupportedInDialect> =>
  Effect.gen(function* () {
    for (const limit of BOUNDS) {
      const { at, digits } = folder(scope, recurse, limit)
      const scale = Math.max(...nodes.map((node) => digits(node).scale))
      const all = yield* Effect.all(nodes.map((node) => at(node, scale)))
      if (all.every(({ bound }) => bound <= MAX_INT64)) return all
    }
    return yield* fail(nodes[0]?.op ?? "literal", "the numbers may need more than 64 bits")
  })
