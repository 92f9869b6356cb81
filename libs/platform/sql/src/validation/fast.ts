/**
 * The fast validation: a handful of polars expressions over a typed read that together prove a file clean, with the
 * values that the exact path would give. They never say what is wrong: a file that they can't prove takes the exact path.
 */
import {
  BARE_DAY,
  BARE_TIMESTAMP,
  type Dataset,
  FALSE_SPELLINGS,
  type Field,
  type Rule,
  TRUE_SPELLINGS,
} from "@pos/contract"
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
    return field && { sql: valueSql(field), column: field.column }
  },
})

const dtypeOf = ({ column: { kind } }: Field): "String" | "Int64" | "Float64" => {
  if (kind === "integer") return "Int64"
  return kind === "decimal" || kind === "epochSeconds" ? "Float64" : "String"
}

const derivedName = ({ name }: Field): string => `${name}__derived`
const isIn = (sql: string, texts: ReadonlyArray<string>): string =>
  `${sql} IN (${texts.map(polars.textLiteral).join(", ")})`

/** Whole microseconds of a moment in ISO 8601. `text` matches `BARE_TIMESTAMP`: 19 characters, then digits and the zone. */
const microsOf = (text: string): string => {
  const zone = `(CASE WHEN right(${text}, 1) = 'Z' THEN 1 ELSE 6 END)`
  const fraction = `substr(concat(substr(${text}, 21, octet_length(${text}) - 20 - ${zone}), '000000'), 1, 6)`
  const digits = `(CASE WHEN octet_length(${text}) = 20 THEN 0 ELSE coalesce(try_cast(${fraction} as bigint), 0) END)`
  const distance = `(try_cast(left(right(${text}, 5), 2) as bigint) * 60 + try_cast(right(${text}, 2) as bigint))`
  const sign = `(CASE WHEN left(right(${text}, 6), 1) = '-' THEN -1 ELSE 1 END)`
  const minutes = `(CASE WHEN right(${text}, 1) = 'Z' THEN 0 ELSE ${distance} * ${sign} END)`
  const clock = `cast(timestamp(left(${text}, 19), '%Y-%m-%dT%H:%M:%S') as bigint)`
  return `(${clock} + ${digits} - ${minutes} * 60000000)`
}

/** What the typed read leaves as text, and what it stands for. Texts with spaces around them take the exact path. */
const derivedOf = (field: Field): Fast["derived"] => {
  const text = column(field.name)
  const name = derivedName(field)
  const readable = (sql: string): string => `(${text} IS NULL OR ${sql})`
  switch (field.column.kind) {
    case "timestamp":
      return [
        { name, dtype: "Int64", readable: readable(polars.matches(text, BARE_TIMESTAMP.source)), sql: microsOf(text) },
      ]
    case "date": {
      const day = readable(polars.matches(text, BARE_DAY.source))
      return [{ name, dtype: "Date", readable: day, sql: `date(${text}, '%Y-%m-%d')` }]
    }
    case "boolean": {
      const spellings = readable(isIn(text, [...TRUE_SPELLINGS, ...FALSE_SPELLINGS]))
      return [{ name, dtype: "Boolean", readable: spellings, sql: isIn(text, TRUE_SPELLINGS) }]
    }
    default:
      return []
  }
}

/** The value as rules see it: moments in seconds, days as texts. */
const valueSql = (field: Field): string => {
  const { kind } = field.column
  if (kind === "timestamp") return `(cast(${column(derivedName(field))} as double) / 1000000.0)`
  return column(kind === "boolean" ? derivedName(field) : field.name)
}

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
    // A detail that is another column's value is shown as it was sent.
    const shown = polars.asText(rule.detail?.op === "column" ? column(rule.detail.name) : (detail?.sql ?? ""))
    const masked = rule.detail !== undefined && readsPersonal(rule.detail, data)
    return {
      needs: [...needs, ...(detail?.needs ?? [])],
      warning: {
        rule: rule.id,
        code: rule.id,
        column: rule.column,
        value: polars.asText(column(rule.column)),
        detail: detail === undefined ? null : masked ? maskedBeside(column(rule.column)) : shown,
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
    const [derived] = derivedOf(field)
    if (derived !== undefined) return { name, dtype: derived.dtype, sql: column(derived.name) }
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
      derived: data.fields.flatMap(derivedOf),
      clean: [...new Set([...proofs.flat(), ...warnings.flatMap(({ needs }) => needs)])].map(certainly),
      warnings: warnings.map(({ warning }) => warning),
      select: selectOf(data),
      uniqueBy: data.key.map((name) => {
        const [derived] = data.fields.filter((field) => field.name === name).flatMap(derivedOf)
        return { column: name, value: derived?.name ?? name }
      }),
    }
  })
