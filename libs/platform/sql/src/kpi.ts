import {
  attributeFields,
  attributeName,
  type Column,
  type Dataset,
  type Field,
  fieldsOf,
  isMoment,
  type Kpi,
  type Lookup,
  type Node,
  PERIOD_COLUMN,
  type Precision,
  precisionOf,
  storedName,
} from "@pos/contract"
import { Effect } from "effect"
import type { Scope, TableDialect } from "./dialect.ts"
import type { UnsupportedInDialect } from "./errors.ts"
import { expression, plain, unsupported } from "./expression.ts"
import { DATE, referenceRelation } from "./tables.ts"

/** What a KPI's SELECT needs of the dataset whose rows it reads; the local hour needs a time zone. */
export type KpiSource = Pick<Dataset, "businessDate" | "eventTime">

/** Aggregates over no rows never appear: every group has a row, and every expression in it a value. */
const aggregateSql = (
  { aggregate, column }: Kpi["measures"][number],
  scope: Scope,
): Effect.Effect<string, UnsupportedInDialect> => {
  if (aggregate.op === "count") return Effect.succeed("count(*)")
  return Effect.map(expression(aggregate.of, scope), ({ sql }) => {
    switch (aggregate.op) {
      case "sum":
        return sumSql(aggregate.of, sql, column, scope)
      case "countWhere":
        return `sum(CASE WHEN ${sql} THEN 1 ELSE 0 END)`
      case "countDistinct":
        return `count(DISTINCT ${sql})`
      case "min":
      case "max":
        return `${aggregate.op}(${sql})`
    }
  })
}

const sumSql = (of: Node, sql: string, column: Column, scope: Scope): string => {
  const { dialect } = scope
  if (isLong(column)) return `sum(${asDecimal(of, sql, scope)})`
  if (column.kind !== "decimal" || dialect.decimalSum === undefined) return `sum(${sql})`
  return dialect.decimalSum(sql, digitsOf(of, scope), column) ?? `sum(${sql})`
}

/** Spark adds 64-bit integers up in 64 bits: where the sum needs more, it must add decimals. */
const isLong = (column: Column): boolean => column.kind === "integer" && column.digits !== undefined

const asDecimal = (of: Node, sql: string, scope: Scope): string => {
  const { precision } = digitsOf(of, scope)
  return `CAST(${sql} AS ${scope.dialect.typeName({ kind: "decimal", precision, scale: 0 })})`
}

const digitsOf = (of: Node, { column }: Scope): Precision => precisionOf(of, (name) => column(name)?.column)

/** A moment is a timestamp in the table, and a number of seconds to expressions: they may ask for its hour only. */
const scopeOf = (kpi: Kpi, dialect: TableDialect, { businessDate, eventTime }: KpiSource): Scope => {
  const fields = [...fieldsOf(kpi.source), ...attributeFields(kpi.lookups)]
  const columns = new Map<string, Field>(fields.map((field) => [field.name, field]))
  const stored = (field: Field) => dialect.identifier(storedName({ eventTime }, field))
  const timeZone = businessDate !== undefined && "timeZone" in businessDate ? businessDate.timeZone : undefined
  return {
    dialect,
    column: (name) => {
      const field = columns.get(name)
      return field && !isMoment(field.column) ? { sql: stored(field), column: field.column } : undefined
    },
    localHour: (moment) => {
      const field = moment.op === "column" ? columns.get(moment.name) : undefined
      if (field === undefined || !isMoment(field.column))
        return unsupported(dialect, "localHour", "it is asked of a column that holds no moment")
      return timeZone === undefined
        ? unsupported(dialect, "localHour", "the contract states no time zone: its business date is a column")
        : Effect.succeed(plain(dialect.localHour(stored(field), timeZone)))
    },
  }
}

/** Reference rows beside the dataset's: a row without a partner stays. */
const joined = (lookup: Lookup, scope: Scope): Effect.Effect<string, UnsupportedInDialect> =>
  Effect.gen(function* () {
    const { identifier } = scope.dialect
    const { table, key, attributes } = lookup
    const inside = [...new Set([...key.map(({ column }) => column), ...attributes])]
    const columns = inside.map((name) => `${identifier(name)} AS ${identifier(attributeName(table, name))}`)
    const equal: Array<string> = []
    for (const { column, of } of key)
      equal.push(`${identifier(attributeName(table, column))} = ${(yield* expression(of, scope)).sql}`)
    return ` LEFT JOIN (SELECT ${columns.join(", ")} FROM ${referenceRelation(table)}) AS ${table} ON ${equal.join(" AND ")}`
  })

/** A column as it stands; anything else cast to its table's type. */
const groupSql = (dimension: Kpi["dimensions"][number], scope: Scope): Effect.Effect<string, UnsupportedInDialect> =>
  Effect.map(expression(dimension.of, scope), ({ sql }) =>
    dimension.of.op === "column" ? sql : `CAST(${sql} AS ${scope.dialect.typeName(dimension.column)})`,
  )

const named = (sql: string, name: string): string => (sql === name ? sql : `${sql} AS ${name}`)

/**
 * The SELECT that computes a KPI from a relation with the curated table's columns, one row per period and dimension.
 * Every column is cast to its table's type, so that no engine's habits show.
 */
export const kpiSelect = (
  kpi: Kpi,
  dialect: TableDialect,
  sourceRelation: string,
  source: KpiSource = {},
): Effect.Effect<string, UnsupportedInDialect> =>
  Effect.gen(function* () {
    const scope = scopeOf(kpi, dialect, source)
    const date = dialect.identifier(DATE)
    const period = kpi.grain === "day" ? date : dialect.periodStart(date, kpi.grain)
    const groups: Array<{ readonly name: string; readonly sql: string }> = [
      { name: PERIOD_COLUMN[kpi.grain], sql: period },
    ]
    for (const dimension of kpi.dimensions)
      groups.push({ name: dimension.name, sql: yield* groupSql(dimension, scope) })
    const measures: Array<string> = []
    for (const measure of kpi.measures) {
      const sql = yield* aggregateSql(measure, scope)
      measures.push(`CAST(${sql} AS ${dialect.typeName(measure.column)}) AS ${dialect.identifier(measure.name)}`)
    }
    const joins: Array<string> = []
    for (const lookup of kpi.lookups) joins.push(yield* joined(lookup, scope))
    const selected = [...groups.map(({ sql, name }) => named(sql, dialect.identifier(name))), ...measures]
    // By what they are, not by their names: a name may be that of a column which the group is made of.
    const by = groups.map(({ sql }) => sql).join(", ")
    return `SELECT ${selected.join(", ")} FROM ${sourceRelation}${joins.join("")} GROUP BY ${by}`
  })
