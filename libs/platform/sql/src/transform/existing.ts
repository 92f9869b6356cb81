import { compared } from "./batch.ts"
import {
  agreeWithKept,
  countOf,
  datesOf,
  equal,
  keptName,
  list,
  ordered,
  qualified,
  type Roles,
  within,
} from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { SOURCE_ORDER } from "../tables.ts"
import { relations } from "./input.ts"
import { merge } from "./merge.ts"
import type { Step } from "./schema.ts"
import { check, mergeOf, table, view } from "./step.ts"

const SAMPLES = 20

/** Which keys of the batch stand in the curated table already. */
export const match = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const sql = `SELECT ${list(dialect, roles.key, "e")}
FROM ${relations.existing} AS e ${dialect.semiJoin} ${relations.batch} AS b USING (${list(dialect, roles.key)})`
  return [table(relations.matchedKeys, sql, { emptyWith: [relations.existing] })]
}

/** The batch beside the rows that stand in the curated table under the same keys. */
export const compare = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const key = list(dialect, roles.key)
  const matched = `SELECT ${list(dialect, roles.all, "e")}
FROM ${relations.existing} AS e ${dialect.semiJoin} ${relations.matchedKeys} AS k USING (${key})`
  const age = roles.latestWins ? `, b.${SOURCE_ORDER}` : ""
  const side = `SELECT ${list(dialect, roles.key, "b")}, ${compared(dialect, roles, "b", "m")}${age},
  ${agreeWithKept(dialect, roles, "b", "m")} AS same,
  ${roles.latestWins ? later(dialect, [SOURCE_ORDER, ...roles.values], "b", "m") : "false"} AS newer
FROM ${relations.batch} AS b JOIN ${relations.matched} AS m ON ${equal(dialect, roles.key, "b", "m")}`
  return [
    view(relations.matched, matched, { emptyWith: [relations.matchedKeys] }),
    view(relations.compared, side, { emptyWith: [relations.matched] }),
    ...settled(dialect, roles),
  ]
}

/** The rows of the batch that match none, and what became of the others. */
export const settled = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const from = `SELECT ${list(dialect, roles.all, "b")}\nFROM ${relations.batch} AS b`
  const others = `${from} ${dialect.antiJoin} ${relations.matchedKeys} AS k USING (${list(dialect, roles.key)})`
  const near = within(dialect, roles, "nearby", "b")
  // Rows that are not where keys stand need no join.
  const fresh = roles.days > 0 ? `${from}\nWHERE NOT (${near})\nUNION ALL\n${others}\nWHERE ${near}` : others
  return [
    view(relations.fresh, fresh),
    check("tally", tally(dialect, roles), { emptyWith: [relations.batchLost, relations.compared] }),
  ]
}

/** Newer rows into the places of older ones, where the latest row wins. */
export const replace = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  if (!roles.latestWins) return []
  const into = merge({
    partition: roles.partition,
    key: roles.key,
    set: roles.all,
    identifier: dialect.identifier,
    clauses: { update: null },
  })
  const updates = `SELECT ${list(dialect, roles.all)}\nFROM ${relations.compared}\nWHERE newer`
  return [
    table(relations.updates, updates, { emptyWith: [relations.compared] }),
    check("dates", datesOf(dialect, roles, relations.updates), { emptyWith: [relations.updates] }),
    mergeOf("replaced", `SELECT * FROM ${relations.updates}`, into, { emptyWith: [relations.updates] }),
  ]
}

/** Whether the left row comes after the right one in the order of `names`, where NULL is the smallest value. */
export const later = (dialect: TransformDialect, names: ReadonlyArray<string>, left: string, right: string): string =>
  names.reduceRight((rest, name) => {
    const [a, b] = [qualified(dialect, name, left), qualified(dialect, name, right)]
    const after = `${a} IS NOT NULL AND (${b} IS NULL OR ${a} > ${b})`
    return rest === "" ? `(${after})` : `(${after} OR ${a} IS NOT DISTINCT FROM ${b} AND ${rest})`
  }, "")

/** What became of the rows that are not appended, by their dates. */
const tally = (dialect: TransformDialect, roles: Roles): string => {
  const date = dialect.identifier(roles.partition)
  return `SELECT
  ${date} AS date,
  ${countOf("same")} AS duplicates,
  ${countOf("NOT same AND NOT newer")} AS conflicts,
  ${countOf("NOT same AND newer")} AS updated
FROM (
  SELECT ${date}, same, newer FROM ${relations.batchLost}
  UNION ALL
  SELECT ${date}, same, newer FROM ${relations.compared}
) AS judged
GROUP BY ${date}
ORDER BY 1`
}

/** The first conflicts by key, with both rows' values, on some dates: those of the first. All the rest is not compared again. */
export const conflicts = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const names = [...roles.key, ...roles.values, ...roles.values.map(keptName)]
  const columns = list(dialect, names)
  const select = (relation: string) =>
    `SELECT ${columns} FROM ${relation} WHERE NOT same AND NOT newer AND ${dialect.identifier(roles.partition)} IN ({dates})`
  const samples = `SELECT ${columns}
FROM (
  ${select(relations.batchLost)}
  UNION ALL
  ${select(relations.compared)}
) AS conflicts
ORDER BY ${ordered(dialect, names)}
LIMIT ${SAMPLES}`
  return [check("conflict_samples", samples)]
}
