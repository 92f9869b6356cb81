/** A question as SQL. Names are quoted, and each value is bound as text and cast to its column's own type. Pure. */
import { type Column, isMoment } from "@pos/contract"
import { BigDecimal } from "effect"
import { identifier } from "./location.ts"
import type { Parts } from "./question.ts"

/** A column as it is called in the row, and as it is stored. */
export interface StoredColumn {
  readonly name: string
  readonly stored: string
  readonly column: Column
  readonly required: boolean
}

interface Sql {
  readonly sql: string
  readonly values: ReadonlyArray<string>
}

/** A column's type, as DuckDB spells it. */
export const typeName = (column: Column): string => {
  switch (column.kind) {
    case "integer":
      return column.digits === undefined ? "BIGINT" : `DECIMAL(${column.digits}, 0)`
    case "decimal":
      return `DECIMAL(${column.precision}, ${column.scale})`
    case "date":
      return "DATE"
    case "boolean":
      return "BOOLEAN"
    case "epochSeconds":
    case "timestamp":
      return "TIMESTAMPTZ"
    default:
      return "VARCHAR"
  }
}

/** A `?` of the column's type. Moments travel as whole microseconds. */
const markOf = (column: Column): string =>
  isMoment(column) ? "make_timestamptz(CAST(? AS BIGINT))" : `CAST(? AS ${typeName(column)})`

const textOf = (column: Column, value: unknown): string => {
  if (isMoment(column)) return String(Math.round(Number(value) * 1e6))
  return BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : String(value)
}

const isPlain = (on: unknown): boolean => typeof on !== "object" || on === null || BigDecimal.isBigDecimal(on)

interface Given {
  readonly not?: unknown
  readonly in?: ReadonlyArray<unknown>
  readonly notIn?: ReadonlyArray<unknown>
  readonly missing?: boolean
  readonly from?: unknown
  readonly to?: unknown
}

const condition = ({ stored, column }: StoredColumn, on: unknown): Sql => {
  const name = identifier(stored)
  const mark = markOf(column)
  const texts = (values: ReadonlyArray<unknown>) => values.map((value) => textOf(column, value))
  const list = (values: ReadonlyArray<unknown>) => `(${values.map(() => mark).join(", ")})`
  if (isPlain(on)) return { sql: `${name} = ${mark}`, values: texts([on]) }
  const given = on as Given
  const bounds = [
    ["from", ">="],
    ["to", "<="],
  ] as const
  const parts: ReadonlyArray<Sql> = [
    ...(given.missing === undefined
      ? []
      : [{ sql: `${name} IS ${given.missing ? "" : "NOT "}NULL`, values: [] as ReadonlyArray<string> }]),
    ...("not" in given ? [{ sql: `${name} IS DISTINCT FROM ${mark}`, values: texts([given.not]) }] : []),
    ...(given.in === undefined
      ? []
      : [{ sql: given.in.length === 0 ? "FALSE" : `${name} IN ${list(given.in)}`, values: texts(given.in) }]),
    ...(given.notIn === undefined || given.notIn.length === 0
      ? []
      : [{ sql: `(${name} IS NULL OR ${name} NOT IN ${list(given.notIn)})`, values: texts(given.notIn) }]),
    ...bounds.flatMap(([end, operator]) =>
      given[end] === undefined ? [] : [{ sql: `${name} ${operator} ${mark}`, values: texts([given[end]]) }],
    ),
  ]
  return {
    sql: parts.length === 0 ? "TRUE" : parts.map(({ sql }) => sql).join(" AND "),
    values: parts.flatMap(({ values }) => values),
  }
}

interface Asked {
  readonly table: string
  /** All columns of the row. */
  readonly columns: ReadonlyArray<StoredColumn>
  /** Those of them that the table lacks: what came into the contract after the last load. */
  readonly absent: ReadonlyArray<StoredColumn>
  readonly parts: Parts
}

/** The statement, whose result has a column for each of the row's, in their order. */
export const statementOf = ({ table, columns, absent, parts: { where, order, limit } }: Asked) => {
  const of = (name: string) => columns.filter((column) => column.name === name)
  const conditions = where.flatMap(([name, on]) => of(name).map((column) => condition(column, on)))
  const orders = order.flatMap(({ column, direction }) =>
    of(column).map(({ stored }) => `${identifier(stored)} ${direction === "descending" ? "DESC" : "ASC"} NULLS LAST`),
  )
  const nothing = absent.map(({ stored, column }) => `CAST(NULL AS ${typeName(column)}) AS ${identifier(stored)}`)
  const sql = [
    `SELECT ${columns.map(({ stored }) => identifier(stored)).join(", ")}`,
    `FROM ${nothing.length === 0 ? identifier(table) : `(SELECT *, ${nothing.join(", ")} FROM ${identifier(table)})`}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.map((one) => `(${one.sql})`).join(" AND ")}`]),
    ...(orders.length === 0 ? [] : [`ORDER BY ${orders.join(", ")}`]),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ]
  return { sql: sql.join(" "), parameters: conditions.flatMap(({ values }) => values) }
}
