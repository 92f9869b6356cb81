/**
 * The fast validation: a handful of polars expressions over a typed read that together prove a file clean, with the
 * values that the exact path would give. They never say what is wrong: a file that they can't prove takes the exact path.
 */
import { type Dataset, type Field, type Rule } from "@pos/contract"
import { Effect } from "effect"
import { compileCheck } from "../checks.ts"
import type { Scope } from "../dialect.ts"
import { polars } from "../dialects/polars.ts"
import type { UnsupportedInDialect } from "../errors.ts"
import { expression } from "../expression.ts"
import type { DatasetPlan } from "../plan.ts"
import { MASKED, readsPersonal } from "../words.ts"
import { validatedName } from "./validated.ts"

type Fast = DatasetPlan["validation"]["fast"]
type Partial<A> = Effect.Effect<A, UnsupportedInDialect>

const column = polars.identifier

const scopeOf = (data: Dataset): Scope => ({
  dialect: polars,
  column: (name) => {
    const field = data.fields.find((one) => one.name === name)
    return field && { sql: column(name), column: field.column }
  },
})

const dtypeOf = ({ column: { kind } }: Field): "String" | "Int64" | "Float64" =>
  kind === "text" || kind === "date" ? "String" : kind === "integer" ? "Int64" : "Float64"

/** Absolute value below which doubles lie closer together than half a smallest unit (so rounding has one answer). */
const provableBelow = (scale: number): bigint => 10n ** BigInt(15 - scale)

/** The double is the one nearest to a whole number of units of 10^-scale: polars rounds by a true division. */
const isWhole = (value: string, scale: number): string => `round(${value}, ${scale}) = ${value}`

/**
 * The number is a whole number of smallest units: any text of at most fifteen digits that was read as this double is
 * that number, so storing it loses nothing. Longer texts must not get here: see `LONGEST_DECIMAL`.
 */
const decimalProof = (name: string, scale: number): ReadonlyArray<string> => [
  `abs(${column(name)}) < ${provableBelow(scale)}.0`,
  isWhole(column(name), scale),
]

/**
 * A cell with more bytes may have more than fifteen digits, and a double doesn't tell what follows them. A text of
 * sixteen digits is too large for `provableBelow`, unless one of its characters is a sign, a point or a leading zero.
 */
const LONGEST_DECIMAL = 16

/**
 * The double is the one nearest to whole microseconds, and doubles lie so close together that every text which was read
 * as this one rounds to just these: up to the year 2106.
 */
const momentProof = (name: string): ReadonlyArray<string> => [
  `abs(${column(name)}) < ${2n ** 32n}.0`,
  isWhole(column(name), 6),
]

const proofOf = (field: Field): Partial<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const value = column(field.name)
    const proofs: Array<string> = []
    if (field.column.kind === "decimal") proofs.push(...decimalProof(field.name, field.column.scale))
    if (field.column.kind === "epochSeconds") proofs.push(...momentProof(field.name))
    for (const check of field.checks) proofs.push((yield* compileCheck(check, field, value, polars)).sql)
    if (field.required) return proofs.length === 0 ? [`${value} IS NOT NULL`] : proofs
    return proofs.length === 0 ? [] : [`(${value} IS NULL OR (${[...new Set(proofs)].join(" AND ")}))`]
  })

const proofOfRule = (rule: Rule, scope: Scope): Partial<ReadonlyArray<string>> =>
  Effect.map(expression(rule.violatedWhen, scope), ({ sql, needs }) => [...needs, `NOT (${sql})`])

/** A missing proof is no proof: NULL counts as FALSE. */
const certainly = (sql: string): string => `coalesce(${sql}, false)`

/** The mask once a row: polars makes one row of a mere literal. */
const maskedBeside = (sql: string): string => {
  const mask = polars.textLiteral(MASKED)
  return `CASE WHEN ${sql} IS NULL THEN ${mask} ELSE ${mask} END`
}

const warningOf = (
  rule: Rule,
  data: Dataset,
  scope: Scope,
): Partial<{ warning: Fast["warnings"][number]; needs: ReadonlyArray<string> }> =>
  Effect.gen(function* () {
    const { sql, needs } = yield* expression(rule.violatedWhen, scope)
    const detail = rule.detail === undefined ? undefined : yield* expression(rule.detail, scope)
    const masked = rule.detail !== undefined && readsPersonal(rule.detail, data)
    return {
      needs: [...needs, ...(detail?.needs ?? [])],
      warning: {
        rule: rule.id,
        code: rule.id,
        column: rule.column,
        value: polars.asText(column(rule.column)),
        detail: detail === undefined ? null : masked ? maskedBeside(column(rule.column)) : polars.asText(detail.sql),
        sql: certainly(sql),
      },
    }
  })

const selectOf = (data: Dataset): Fast["select"] =>
  data.fields.map((field) => {
    const value = column(field.name)
    const name = validatedName(data, field)
    if (field.column.kind === "epochSeconds")
      return { name, dtype: "Int64", sql: `cast(floor(${value} * 1000000.0 + 0.5) as bigint)` }
    if (field.column.kind !== "decimal") return { name, dtype: dtypeOf(field), sql: value }
    const { precision, scale } = field.column
    return { name, dtype: `Decimal(${precision},${scale})`, sql: `cast(${value} as decimal(${precision},${scale}))` }
  })

export const fastValidation = (data: Dataset): Partial<Fast> =>
  Effect.gen(function* () {
    const scope = scopeOf(data)
    const bySeverity = (severity: Rule["severity"]) => data.rules.filter((rule) => rule.severity === severity)
    const proofs = yield* Effect.all([
      ...data.fields.map(proofOf),
      ...bySeverity("error").map((rule) => proofOfRule(rule, scope)),
    ])
    const warnings = yield* Effect.all(bySeverity("warning").map((rule) => warningOf(rule, data, scope)))
    return {
      columns: data.fields.map((field) => ({
        name: field.name,
        dtype: dtypeOf(field),
        ...(field.column.kind === "decimal" ? { longest: LONGEST_DECIMAL } : {}),
      })),
      clean: [...new Set([...proofs.flat(), ...warnings.flatMap(({ needs }) => needs)])].map(certainly),
      warnings: warnings.map(({ warning }) => warning),
      select: selectOf(data),
      uniqueBy: data.key[0] ?? "",
    }
  })
