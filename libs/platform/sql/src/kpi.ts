import { type Column, fieldsOf, type Kpi, type Node, precisionOf } from "@pos/contract"
import { Effect } from "effect"
import type { Scope, TableDialect } from "./dialect.ts"
import type { UnsupportedInDialect } from "./errors.ts"
import { expression } from "./expression.ts"
import { DATE } from "./tables.ts"

/** Aggregates over no rows never appear: every group has a row, and every expression in it a value. */
const aggregateSql = (
  { aggregate, column }: Kpi["measures"][number],
  scope: Scope,
): Effect.Effect<string, UnsupportedInDialect> => {
  if (aggregate.op === "count") return Effect.succeed("count(*)")
  return Effect.map(expression(aggregate.of, scope), ({ sql }) => {
    switch (aggregate.op) {
      case "sum":
        return `sum(${isLong(column) ? asDecimal(aggregate.of, sql, scope) : sql})`
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

/** Spark adds 64-bit integers up in 64 bits: where the sum needs more, it must add decimals. */
const isLong = (column: Column): boolean => column.kind === "integer" && column.digits !== undefined

const asDecimal = (of: Node, sql: string, { dialect, column }: Scope): string => {
  const { precision } = precisionOf(of, (name) => column(name)?.column)
  return `CAST(${sql} AS ${dialect.typeName({ kind: "decimal", precision, scale: 0 })})`
}

const scopeOf = (kpi: Kpi, dialect: TableDialect): Scope => {
  const columns = new Map<string, Column>(fieldsOf(kpi.source).map((field) => [field.name, field.column]))
  return {
    dialect,
    column: (name) => {
      const column = columns.get(name)
      return column && { sql: dialect.identifier(name), column }
    },
  }
}

/**
 * The SELECT that computes a KPI from a relation with the curated table's columns, one row per business date and
 * dimension. Every column is cast to its table's type, so that no engine's habits show.
 */
export const kpiSelect = (
  kpi: Kpi,
  dialect: TableDialect,
  sourceRelation: string,
): Effect.Effect<string, UnsupportedInDialect> =>
  Effect.gen(function* () {
    const scope = scopeOf(kpi, dialect)
    const groups = [DATE, ...kpi.by].map(dialect.identifier)
    const measures: Array<string> = []
    for (const measure of kpi.measures) {
      const sql = yield* aggregateSql(measure, scope)
      measures.push(`CAST(${sql} AS ${dialect.typeName(measure.column)}) AS ${dialect.identifier(measure.name)}`)
    }
    return `SELECT ${[...groups, ...measures].join(", ")} FROM ${sourceRelation} GROUP BY ${groups.join(", ")}`
  })
