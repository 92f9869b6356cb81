import { Effect } from "effect"
import type { KpiTable } from "../plan.ts"
import { agree, equal, list, qualified } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { type KpiInput, relations } from "./input.ts"
import { merge } from "./merge.ts"
import type { KpiTransform } from "./schema.ts"
import { mergeOf, view } from "./step.ts"
import { UnsupportedTable } from "./unsupported.ts"

const CHANGE = "change"
const is = (kind: string) => `s.${CHANGE} = '${kind}'`

/**
 * A KPI is never added to: the touched dates are computed anew and compared with what stands, so that doing it twice,
 * or after a crash, changes nothing. Only rows that differ enter the MERGE.
 */
export const kpi = (
  dialect: TransformDialect,
  { select, table }: KpiInput,
): Effect.Effect<KpiTransform, UnsupportedTable> =>
  Effect.gen(function* () {
    const unsupported = (problem: string) => new UnsupportedTable({ table: table.name, problem })
    const [partition] = table.partitionBy
    if (partition === undefined || !table.key.includes(partition)) {
      return yield* unsupported("it must be partitioned by one column of its key")
    }
    const optional = table.columns
      .filter(({ name, nullable }) => nullable && table.key.includes(name))
      .map(({ name }) => name)
    if (optional.includes(partition)) return yield* unsupported(`its key column ${partition} may be missing`)
    const names = table.columns.map((column) => column.name)
    const into = merge({
      partition,
      key: table.key,
      optional,
      set: names,
      identifier: dialect.identifier,
      clauses: { update: is("update"), delete: is("delete"), insert: is("insert") },
    })
    return {
      name: table.name,
      steps: [
        view(relations.recomputed, `SELECT ${list(dialect, names)}\nFROM (\n${select}\n) AS computed`),
        mergeOf("changes", changes(dialect, table, partition, optional), into),
      ],
      ...(table.references === undefined ? {} : { references: references(dialect, table.references) }),
    }
  })

const references = (
  dialect: TransformDialect,
  tables: NonNullable<KpiTable["references"]>,
): NonNullable<KpiTransform["references"]> =>
  Object.fromEntries(
    tables.map(({ relation, columns }) => [
      relation,
      {
        contents: `SELECT ${list(
          dialect,
          columns.map(({ name }) => name),
        )} FROM ${relation}`,
        nothing: `SELECT ${columns.map((column) => `CAST(NULL AS ${dialect.storedType(column.type)}) AS ${dialect.identifier(column.name)}`).join(", ")} WHERE FALSE`,
      },
    ]),
  )

/**
 * The computed rows (r) against those that stand (c). A partition column is never NULL: where it is, the row is. Rows
 * without a value in an `optional` column of the key are a group like any other.
 */
const changes = (
  dialect: TransformDialect,
  table: KpiTable,
  partition: string,
  optional: ReadonlyArray<string>,
): string => {
  const required = table.key.filter((name) => !optional.includes(name))
  const same = [
    equal(dialect, required, "r", "c"),
    ...(optional.length === 0 ? [] : [agree(dialect, optional, "r", "c")]),
  ].join(" AND ")
  const of = (name: string, alias: "r" | "c") => qualified(dialect, name, alias)
  const gone = `${of(partition, "r")} IS NULL`
  const added = `${of(partition, "c")} IS NULL`
  const columns = table.columns.map(({ name }) => {
    const value = table.key.includes(name)
      ? `coalesce(${of(name, "r")}, ${of(name, "c")})`
      : `CASE WHEN ${gone} THEN ${of(name, "c")} ELSE ${of(name, "r")} END`
    return `${value} AS ${dialect.identifier(name)}`
  })
  const differs = table.columns
    .filter(({ name }) => !table.key.includes(name))
    .map(({ name }) => `${of(name, "r")} IS DISTINCT FROM ${of(name, "c")}`)
  return `SELECT ${columns.join(", ")},
  CASE WHEN ${added} THEN 'insert' WHEN ${gone} THEN 'delete' ELSE 'update' END AS ${CHANGE}
FROM ${relations.recomputed} AS r FULL JOIN ${relations.current} AS c ON ${same}
WHERE ${[added, gone, ...differs].join(" OR ")}`
}
