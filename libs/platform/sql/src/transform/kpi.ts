import { equal, list, qualified } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { type KpiInput, relations } from "./input.ts"
import { merge } from "./merge.ts"
import type { KpiTransform } from "./schema.ts"
import { UnsupportedTable } from "./unsupported.ts"

const CHANGE = "change"
const is = (kind: string) => `s.${CHANGE} = '${kind}'`

/**
 * A KPI is never added to: the touched dates are computed anew and compared with what stands, so that doing it twice,
 * or after a crash, changes nothing. Only rows that differ enter the MERGE.
 */
export const kpi = (dialect: TransformDialect, { select, table: input }: KpiInput): KpiTransform => {
  const [partition] = input.partitionBy
  if (partition === undefined || !input.key.includes(partition)) {
    throw new UnsupportedTable(`the KPI ${input.name} must be partitioned by one column of its key`)
  }
  const nullable = input.columns.find((column) => input.key.includes(column.name) && column.nullable)
  if (nullable !== undefined) {
    throw new UnsupportedTable(`the KPI ${input.name} has the key column ${nullable.name}, which may be missing`)
  }
  const names = input.columns.map((column) => column.name)
  const measures = names.filter((name) => !input.key.includes(name))
  const column = (name: string) => {
    const [fresh, old] = [qualified(dialect, name, "r"), qualified(dialect, name, "c")]
    return input.key.includes(name)
      ? `coalesce(${fresh}, ${old}) AS ${dialect.identifier(name)}`
      : `CASE WHEN ${gone} THEN ${old} ELSE ${fresh} END AS ${dialect.identifier(name)}`
  }
  const [gone, added] = [
    `${qualified(dialect, partition, "r")} IS NULL`,
    `${qualified(dialect, partition, "c")} IS NULL`,
  ]
  const differs = measures.map(
    (name) => `${qualified(dialect, name, "r")} IS DISTINCT FROM ${qualified(dialect, name, "c")}`,
  )
  const changes = `SELECT ${names.map(column).join(", ")},
  CASE WHEN ${added} THEN 'insert' WHEN ${gone} THEN 'delete' ELSE 'update' END AS ${CHANGE}
FROM ${relations.recomputed} AS r FULL JOIN ${relations.current} AS c ON ${equal(dialect, input.key, "r", "c")}
WHERE ${[added, gone, ...differs].join(" OR ")}`
  return {
    name: input.name,
    recomputed: `SELECT ${list(dialect, names)}\nFROM (\n${select}\n) AS computed`,
    changes,
    merge: merge({
      partition,
      key: input.key,
      set: names,
      identifier: dialect.identifier,
      clauses: { update: is("update"), delete: is("delete"), insert: is("insert") },
    }),
  }
}
