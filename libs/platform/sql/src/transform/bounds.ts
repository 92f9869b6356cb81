import { type Dataset, fieldBounds, INT64, MOMENTS, storedName } from "@pos/contract"
import { BigDecimal } from "effect"
import { tableType } from "../tables.ts"
import { datesOf, list, ordered, type Roles } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { type ColumnBounds, relations } from "./input.ts"
import { merge } from "./merge.ts"
import type { Step } from "./schema.ts"
import { check, mergeOf, table } from "./step.ts"

/** The names of the columns of `outside` beside the curated ones. */
const COLUMN = "broken_column"
const VALUE = "broken_value"

const MICROS = 1_000_000n

/** The columns whose types hold more than the contract accepts. */
export const boundedColumns = (data: Dataset): ReadonlyArray<ColumnBounds> =>
  data.fields.flatMap((field): ReadonlyArray<ColumnBounds> => {
    const column = storedName(data, field)
    if (tableType(field.column) === "timestamp") {
      const [first, last] = [BigInt(MOMENTS.from) * MICROS, BigInt(MOMENTS.before) * MICROS - 1n]
      return [
        { column, least: ({ timestamp }) => timestamp(`${first}`), greatest: ({ timestamp }) => timestamp(`${last}`) },
      ]
    }
    const bounds = field.column.kind === "integer" ? fieldBounds(field) : undefined
    if (bounds === undefined) return []
    const { least, greatest } = bounds
    if (BigDecimal.equals(least, INT64.least) && BigDecimal.equals(greatest, INT64.greatest)) return []
    return [{ column, least: () => String(least.value), greatest: () => String(greatest.value) }]
  })

/** Rows that are shown of each date whose figures can't be computed, and of all that a repair moves. */
const SHOWN = 5
const LISTED = 20

/** Curated rows of `examined` that an earlier contract accepted and the present one would not, and their removal. */
export const bounds = (
  dialect: TransformDialect,
  roles: Roles,
  columns: ReadonlyArray<ColumnBounds>,
): { readonly explain: ReadonlyArray<Step>; readonly repair: ReadonlyArray<Step> } => {
  const outside = outsideOf(dialect, roles.all, columns)
  const rows = list(dialect, roles.all)
  const removal = merge({
    partition: roles.partition,
    key: roles.key,
    set: roles.all,
    identifier: dialect.identifier,
    clauses: { delete: "true" },
  })
  return {
    explain: [check("stray_samples", `${outside}\nLIMIT ${SHOWN}`)],
    repair: [
      table(relations.strays, outside),
      check("dates", datesOf(dialect, roles, relations.strays)),
      ...described(dialect, roles.all),
      mergeOf("removed", `SELECT ${rows} FROM ${relations.strays}`, removal),
    ],
  }
}

/** Of a table that is replaced as a whole: the strays, and the rows that stay. */
export const boundsOfWhole = (
  dialect: TransformDialect,
  all: ReadonlyArray<string>,
  columns: ReadonlyArray<ColumnBounds>,
): ReadonlyArray<Step> => {
  const rows = list(dialect, all)
  const stays = `SELECT ${rows}\nFROM ${relations.examined}\nWHERE NOT ${isOutside(dialect, columns)}`
  return [
    table(relations.strays, outsideOf(dialect, all, columns)),
    ...described(dialect, all),
    table(relations.kept, stays),
  ]
}

const described = (dialect: TransformDialect, all: ReadonlyArray<string>): ReadonlyArray<Step> => [
  check("columns", `SELECT ${COLUMN}, count(*) AS line_count FROM ${relations.strays} GROUP BY ${COLUMN}`),
  check("samples", `SELECT * FROM ${relations.strays} ORDER BY ${ordered(dialect, all)} LIMIT ${LISTED}`),
]

const isBroken = (dialect: TransformDialect, { column, least, greatest }: ColumnBounds): string => {
  const name = dialect.identifier(column)
  return `(${name} < ${least(dialect)} OR ${name} > ${greatest(dialect)})`
}

/** A missing value breaks no bound. */
const isOutside = (dialect: TransformDialect, columns: ReadonlyArray<ColumnBounds>): string =>
  columns.length === 0 ? "FALSE" : `coalesce(${columns.map((one) => isBroken(dialect, one)).join(" OR ")}, FALSE)`

/** `examined` → the rows with a value outside of its column's bounds: the first such column, and its value as text. */
const outsideOf = (
  dialect: TransformDialect,
  all: ReadonlyArray<string>,
  columns: ReadonlyArray<ColumnBounds>,
): string => {
  const first = (of: (one: ColumnBounds) => string): string =>
    columns.length === 0
      ? "''"
      : `CASE ${columns.map((one) => `WHEN ${isBroken(dialect, one)} THEN ${of(one)}`).join(" ")} END`
  const column = first((one) => dialect.textLiteral(one.column))
  const value = first((one) => dialect.asText(dialect.identifier(one.column)))
  return `SELECT ${list(dialect, all)}, ${column} AS ${COLUMN}, ${value} AS ${VALUE}
FROM ${relations.examined}
WHERE ${isOutside(dialect, columns)}`
}
