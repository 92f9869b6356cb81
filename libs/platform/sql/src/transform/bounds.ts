import { type Dataset, fieldBounds, INT64, MOMENTS } from "@pos/contract"
import { BigDecimal } from "effect"
import { tableType } from "../tables.ts"
import { storedName } from "../validation/validated.ts"
import { list, type Roles } from "./columns.ts"
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
  const outside = outsideOf(dialect, roles, columns)
  const date = dialect.identifier(roles.partition)
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
      check("dates", `SELECT DISTINCT ${date} AS date FROM ${relations.strays} ORDER BY 1`),
      check("columns", `SELECT ${COLUMN}, count(*) AS line_count FROM ${relations.strays} GROUP BY ${COLUMN}`),
      check("samples", `SELECT * FROM ${relations.strays} ORDER BY ${rows} LIMIT ${LISTED}`),
      mergeOf("removed", `SELECT ${rows} FROM ${relations.strays}`, removal),
    ],
  }
}

/** `examined` → the rows with a value outside of its column's bounds: the first such column, and its value as text. */
const outsideOf = (dialect: TransformDialect, roles: Roles, columns: ReadonlyArray<ColumnBounds>): string => {
  const broken = columns.map(({ column, least, greatest }) => {
    const name = dialect.identifier(column)
    return { column, name, sql: `(${name} < ${least(dialect)} OR ${name} > ${greatest(dialect)})` }
  })
  // A missing value breaks no bound.
  const any = broken.length === 0 ? "FALSE" : `coalesce(${broken.map(({ sql }) => sql).join(" OR ")}, FALSE)`
  const first = (of: (one: (typeof broken)[number]) => string): string =>
    broken.length === 0 ? "''" : `CASE ${broken.map((one) => `WHEN ${one.sql} THEN ${of(one)}`).join(" ")} END`
  const column = first((one) => dialect.textLiteral(one.column))
  const value = first((one) => dialect.asText(one.name))
  return `SELECT ${list(dialect, roles.all)}, ${column} AS ${COLUMN}, ${value} AS ${VALUE}
FROM ${relations.examined}
WHERE ${any}`
}
