/** The exact validation: DuckDB decides about every cell and row, with the meaning of the contract's `read`. */
import {
  type Dataset,
  type Field,
  INVISIBLE,
  INVISIBLE_NAMES,
  isAboutOneColumn,
  isMoment,
  type Rule,
} from "@pos/contract"
import { Effect } from "effect"
import { compileCheck } from "../checks.ts"
import type { Scope } from "../dialect.ts"
import { duckdb } from "../dialects/duckdb.ts"
import type { UnsupportedInDialect } from "../errors.ts"
import { expression } from "../expression.ts"
import { translatePattern } from "../pattern.ts"
import type { DatasetPlan } from "../plan.ts"
import { expectation, MASKED, readsPersonal } from "../words.ts"
import { exactGroups } from "./groups.ts"
import { formColumn } from "./lenient.ts"
import {
  type Cell,
  cellOf,
  digitsOf,
  FORM_CODES,
  isMissing,
  microsColumn,
  partsOf,
  rawColumn,
  readingColumns,
  reasonColumn,
  roundedColumn,
  storedOf,
  storedValue,
  unreadableCodes,
  unreadableReason,
  valueColumn,
  valueOf,
} from "./reading.ts"
import { validatedColumns, validatedName } from "./validated.ts"

type Exact = DatasetPlan["validation"]["exact"]
type ExactRule = Exact["rules"][number]
type Partial<A> = Effect.Effect<A, UnsupportedInDialect>

const scopeOf = (data: Dataset): Scope => ({
  dialect: duckdb,
  column: (name) => {
    const field = data.fields.find((one) => one.name === name)
    return field && { sql: valueColumn(name), column: field.column }
  },
})

const text = duckdb.textLiteral
const asText = duckdb.asText

/** The first thing that is wrong with a column: a CASE whose order is the order of judgement. */
const reasonOf = (field: Cell, data: Dataset, scope: Scope): Partial<string> =>
  Effect.gen(function* () {
    const value = valueColumn(field.name)
    const missing = isMissing(field)
    // What is missing has no value: only cells without one are looked at, which DuckDB leaves out of a CASE, not of an AND.
    const branches = field.required
      ? [
          `WHEN ${value} IS NULL THEN CASE WHEN ${missing} THEN ${text("missing_value")} ELSE ${unreadableReason(field)} END`,
        ]
      : [`WHEN CASE WHEN ${value} IS NULL THEN NOT ${missing} ELSE false END THEN ${unreadableReason(field)}`]
    const present = field.required ? "" : `${value} IS NOT NULL AND `
    for (const check of field.checks) {
      const { sql } = yield* compileCheck(check, field, value, duckdb)
      branches.push(`WHEN ${present}NOT coalesce(${sql}, false) THEN ${text(check.reason)}`)
    }
    for (const rule of data.rules.filter((one) => isAboutOneColumn(one) && one.column === field.name)) {
      const { sql } = yield* expression(rule.violatedWhen, scope)
      branches.push(`WHEN ${sql} THEN ${text(rule.id)}`)
    }
    return `CASE ${branches.join(" ")} END`
  })

const typedSelect = (data: Dataset, scope: Scope): Partial<string> =>
  Effect.map(Effect.all(data.fields.map(cellOf(data)).map((cell) => reasonOf(cell, data, scope))), (reasons) => {
    const cells = data.fields.map(cellOf(data))
    const values = cells.flatMap((field) => [`${valueOf(field)} AS ${valueColumn(field.name)}`, ...storedOf(field)])
    const raw = cells.flatMap((cell) => [
      rawColumn(cell.name),
      duckdb.identifier(`${cell.name}__wrong`),
      ...readingColumns(cell),
    ])
    const judged = data.fields.map((field, index) => `${reasons[index]} AS ${reasonColumn(field.name)}`)
    const steps = [cells.flatMap(partsOf), cells.flatMap(digitsOf)].filter((step) => step.length > 0)
    const source = steps.reduce((from, step) => `(SELECT *,\n      ${step.join(",\n      ")}\n    FROM ${from})`, "raw")
    return [
      `SELECT *,`,
      `  ${judged.join(",\n  ")}`,
      `FROM (`,
      `  SELECT line, ${raw.join(", ")},`,
      `    ${values.join(",\n    ")}`,
      `  FROM ${source}`,
      `)`,
    ].join("\n")
  })

/** Every code that a column's own reading and checks can give, in order, each once. */
const columnCodes = (field: Cell): ReadonlyArray<string> => [
  ...new Set([
    ...(field.required ? ["missing_value"] : []),
    ...unreadableCodes(field),
    ...field.checks.map((check) => check.reason),
  ]),
]

/** The first character that nobody sees, by its code, its name where it has one, and its place. */
const invisibleDetail = (raw: string): string => {
  const pattern = translatePattern(INVISIBLE, duckdb.patternSyntax)
  const found = `regexp_extract(${raw}, ${text("pattern" in pattern ? pattern.pattern : "")})`
  const names = Object.entries(INVISIBLE_NAMES).map(
    ([character, name]) => `WHEN ${character.codePointAt(0)} THEN ${text(` (${name})`)}`,
  )
  const name = `CASE unicode(${found}) ${names.join(" ")} ELSE '' END`
  return `printf('U+%04X', unicode(${found})) || ${name} || ' at character ' || strpos(${raw}, ${found})`
}

/** What a message should add about a column's own code. */
const columnDetail = (code: string, field: Field): string | null => {
  if (FORM_CODES.has(code)) return formColumn(field.name)
  if (code === "invisible_characters") return invisibleDetail(rawColumn(field.name))
  if (code === "wrong_type" || code === "out_of_range") return text(expectation(field))
  const check = field.checks.find((one) => one.reason === code)
  return check === undefined ? null : text(check.expected)
}

const columnRules = (field: Cell): ReadonlyArray<ExactRule> =>
  columnCodes(field).map((code) => ({
    id: `${field.name}.${code}`,
    code,
    severity: "error",
    columns: [field.name],
    column: field.name,
    value: rawColumn(field.name),
    detail: columnDetail(code, field),
    sql: `${reasonColumn(field.name)} IS NOT DISTINCT FROM ${text(code)}`,
  }))

const detailOf = (rule: Rule, data: Dataset, scope: Scope): Partial<string | null> => {
  if (rule.detail === undefined) return Effect.succeed(null)
  if (readsPersonal(rule.detail, data)) return Effect.succeed(text(MASKED))
  if (rule.detail.op === "column") return Effect.succeed(rawColumn(rule.detail.name))
  return Effect.map(expression(rule.detail, scope), ({ sql }) => asText(sql))
}

const datasetRule = (rule: Rule, data: Dataset, scope: Scope): Partial<ExactRule> =>
  Effect.gen(function* () {
    const detail = yield* detailOf(rule, data, scope)
    const own = `${reasonColumn(rule.column)} IS NOT DISTINCT FROM ${text(rule.id)}`
    const sound = rule.columns.map((name) => `${reasonColumn(name)} IS NULL`).join(" AND ")
    const { sql } = yield* expression(rule.violatedWhen, scope)
    return {
      id: rule.id,
      code: rule.id,
      severity: rule.severity,
      columns: rule.columns,
      column: rule.column,
      value: rawColumn(rule.column),
      detail,
      sql: isAboutOneColumn(rule) ? own : `(${sound} AND coalesce(${sql}, false))`,
    }
  })

/** The number that is stored differs from the one that was written. */
const roundingRules = (data: Dataset): ReadonlyArray<ExactRule> =>
  data.fields
    .filter((field) => field.column.kind === "decimal")
    .map(({ name, personal }) => ({
      id: `${name}.precision_lost`,
      code: "precision_lost",
      severity: "warning",
      columns: [name],
      column: name,
      value: rawColumn(name),
      detail: personal ? text(MASKED) : asText(valueColumn(name)),
      sql: `(${reasonColumn(name)} IS NULL AND coalesce(${roundedColumn(name)}, false))`,
    }))

const select = (data: Dataset): string => {
  const columns = data.fields.map((field) => {
    const sql = isMoment(field.column) ? microsColumn(field.name) : storedValue(field)
    return `${sql} AS ${duckdb.identifier(validatedName(data, field))}`
  })
  return `SELECT line, ${columns.join(", ")} FROM typed`
}

export const exactValidation = (data: Dataset): Partial<Exact> =>
  Effect.gen(function* () {
    const scope = scopeOf(data)
    const rules = yield* Effect.all(data.rules.map((rule) => datasetRule(rule, data, scope)))
    return {
      typed: yield* typedSelect(data, scope),
      rules: [...data.fields.map(cellOf(data)).flatMap(columnRules), ...rules, ...roundingRules(data)],
      select: select(data),
      columns: validatedColumns(data),
      ...(yield* exactGroups(data)),
    }
  })
