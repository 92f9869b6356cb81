import { compared } from "./batch.ts"
import { agree, equal, keptName, list, qualified, type Roles } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { relations, SOURCE_ORDER } from "./input.ts"
import { merge } from "./merge.ts"

const SAMPLES = 20

/** The batch against the rows that stand in the curated table on the same dates. */
export const existing = (dialect: TransformDialect, roles: Roles) => {
  const key = list(dialect, roles.key)
  const matchedKeys = `SELECT ${list(dialect, roles.key, "e")}
FROM ${relations.existing} AS e ${dialect.semiJoin} ${relations.batch} AS b USING (${key})`
  const matched = `SELECT ${list(dialect, roles.all, "e")}
FROM ${relations.existing} AS e ${dialect.semiJoin} ${relations.matchedKeys} AS k USING (${key})`
  const age = roles.latestWins ? `, b.${SOURCE_ORDER}` : ""
  const side = `SELECT ${list(dialect, roles.key, "b")}, ${compared(dialect, roles, "b", "m")}${age},
  ${agree(dialect, roles.values, "b", "m")} AS same,
  ${roles.latestWins ? later(dialect, [SOURCE_ORDER, ...roles.values], "b", "m") : "false"} AS newer
FROM ${relations.batch} AS b JOIN ${relations.matched} AS m ON ${equal(dialect, roles.key, "b", "m")}`
  const fresh = `SELECT ${list(dialect, roles.all, "b")}
FROM ${relations.batch} AS b ${dialect.antiJoin} ${relations.matchedKeys} AS k USING (${key})`
  return {
    matchedKeys,
    matched,
    compared: side,
    fresh,
    updates: roles.latestWins ? `SELECT ${list(dialect, roles.all)}\nFROM ${relations.compared}\nWHERE newer` : null,
    merge: roles.latestWins
      ? merge({
          partition: roles.partition,
          key: roles.key,
          set: roles.all,
          identifier: dialect.identifier,
          clauses: { update: null },
        })
      : null,
  }
}

/** Whether the left row comes after the right one in the order of `names`, where NULL is the smallest value. */
const later = (dialect: TransformDialect, names: ReadonlyArray<string>, left: string, right: string): string =>
  names.reduceRight((rest, name) => {
    const [a, b] = [qualified(dialect, name, left), qualified(dialect, name, right)]
    const after = `${a} IS NOT NULL AND (${b} IS NULL OR ${a} > ${b})`
    return rest === "" ? `(${after})` : `(${after} OR ${a} IS NOT DISTINCT FROM ${b} AND ${rest})`
  }, "")

/** What became of the rows that are not appended. */
export const tally = `SELECT
  coalesce(sum(CASE WHEN same THEN 1 ELSE 0 END), 0) AS duplicates,
  coalesce(sum(CASE WHEN NOT same AND NOT newer THEN 1 ELSE 0 END), 0) AS conflicts,
  coalesce(sum(CASE WHEN NOT same AND newer THEN 1 ELSE 0 END), 0) AS updated
FROM (
  SELECT same, newer FROM ${relations.batchLost}
  UNION ALL
  SELECT same, newer FROM ${relations.compared}
) AS judged`

/** The first conflicts by key, with both rows' values. */
export const conflictSamples = (dialect: TransformDialect, roles: Roles): string => {
  const columns = list(dialect, [...roles.key, ...roles.values, ...roles.values.map(keptName)])
  const select = (relation: string) => `SELECT ${columns} FROM ${relation} WHERE NOT same AND NOT newer`
  return `SELECT ${columns}
FROM (
  ${select(relations.batchLost)}
  UNION ALL
  ${select(relations.compared)}
) AS conflicts
ORDER BY ${columns}
LIMIT ${SAMPLES}`
}
