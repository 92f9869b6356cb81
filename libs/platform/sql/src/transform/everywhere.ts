/**
 * Facts whose key names one row on all business dates within a window of days: how rows of the batch are compared with
 * each other and with those that stand. Two rows of one key are the same row if their dates are near enough; as that is no
 * equivalence (of three dates the middle one may be near to both others), which rows stand is decided one after the other.
 */
import { compared, hashed, placed, suspected } from "./batch.ts"
import { agreeWithKept, datesOf, equal, keptName, list, qualified, type Roles, within } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { later, settled } from "./existing.ts"
import { SOURCE_ORDER } from "../tables.ts"
import { relations, type TransformInput } from "./input.ts"
import { merge } from "./merge.ts"
import type { Step } from "./schema.ts"
import { check, mergeOf, table, view } from "./step.ts"

const CHANGE = "change"
/** A row's place among those of its key, and the date of the row that stands for it. */
const RANK = "key_rank"
const FIRST = "first_date"
const is = (kind: string) => `s.${CHANGE} = '${kind}'`

/** Two rows whose dates are near enough to be the same row, if their keys are equal. */
const near = (dialect: TransformDialect, { days, partition }: Roles, left: string, right: string): string =>
  `abs(${dialect.daysBetween(qualified(dialect, partition, right), qualified(dialect, partition, left))}) <= ${days}`

/** As `unify` of rows that are compared within their date, only that a key is looked for on all dates. */
export const unify = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const { hash, steps } = hashed(dialect, roles, roles.id)
  const { order, rows } = suspected(dialect, roles, hash)
  const id = list(dialect, roles.id)
  const date = dialect.identifier(roles.partition)
  const all = list(dialect, roles.all)
  // A file may have a key twice, on dates that are far apart: the date makes the order a total one.
  const inOrder = `SELECT ${all}, row_number() OVER (PARTITION BY ${id} ORDER BY ${[...order, date].join(", ")}) AS ${RANK}
FROM (
  ${rows}
) AS rows_of_suspects`
  const ranked = `SELECT ${all}, ${FIRST}, row_number() OVER (PARTITION BY ${id}, ${FIRST} ORDER BY ${RANK}) AS place
FROM (
  SELECT ${list(dialect, roles.all, "s")}, s.${RANK}, ${dialect.nearest("f.first_dates", qualified(dialect, roles.partition, "s"), roles.days)} AS ${FIRST}
  FROM ${relations.suspected} AS s JOIN (
    SELECT ${id}, ${dialect.firstDates(date, RANK, roles.days)} AS first_dates
    FROM ${relations.suspected}
    GROUP BY ${id}
  ) AS f ON ${equal(dialect, roles.id, "s", "f")}
) AS placed`
  return [
    ...steps,
    table(relations.suspected, inOrder, { emptyWith: [relations.suspects] }),
    table(relations.ranked, ranked, { emptyWith: [relations.suspected] }),
    ...placed(dialect, roles, hash, `${equal(dialect, roles.id, "l", "w")} AND l.${FIRST} = w.${FIRST}`),
  ]
}

/** What an index of keys holds of each row. Rows of one key have one hash, whatever type a delivered key had. */
export const entries = (
  dialect: TransformDialect,
  { curated }: TransformInput,
  roles: Roles,
  { name, of }: { readonly name: string; readonly of: string },
): ReadonlyArray<Step> => {
  const key = curated.columns
    .filter((column) => roles.id.includes(column.name))
    .map((column) => `CAST(${qualified(dialect, column.name, "r")} AS ${dialect.storedType(column.type)})`)
  const entry = dialect.keyEntry(key, qualified(dialect, roles.partition, "r"))
  return [view(name, `SELECT ${entry} AS entry\nFROM ${of} AS r`, { emptyWith: [of] })]
}

/** Which curated rows of all dates in the window have a key of the batch, and on which dates: only these are read whole. */
export const nearby = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const sql = `SELECT ${list(dialect, roles.key, "e")}
FROM ${relations.existing} AS e ${dialect.semiJoin} ${relations.batch} AS b ON ${equal(dialect, roles.id, "e", "b")}
WHERE ${within(dialect, roles, "batch", "e")}`
  const lead = dialect.identifier(roles.lead)
  const date = dialect.identifier(roles.partition)
  const dates = `SELECT ${date} AS date, min(${lead}) AS lowest, max(${lead}) AS highest FROM ${relations.nearby} GROUP BY ${date} ORDER BY 1`
  return [
    table(relations.nearby, sql, { emptyWith: [relations.existing] }),
    check("nearby_dates", dates, { emptyWith: [relations.nearby] }),
  ]
}

/** Which rows of the batch stand in the curated table already, on their own date or another. */
export const match = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const sql = `SELECT ${list(dialect, roles.key, "b")}
FROM ${relations.batch} AS b ${dialect.semiJoin} ${relations.nearby} AS n ON ${equal(dialect, roles.id, "b", "n")} AND ${near(dialect, roles, "b", "n")}
WHERE ${within(dialect, roles, "nearby", "b")}`
  return [table(relations.matchedKeys, sql, { emptyWith: [relations.nearby] })]
}

/** Each row of the batch beside one that stands: where the latest wins, the newest; else one with its values, or the nearest. */
export const compare = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const key = list(dialect, roles.key)
  const matched = `SELECT ${list(dialect, roles.all, "e")}
FROM ${relations.existing} AS e ${dialect.semiJoin} ${relations.nearby} AS n USING (${key})`
  const age = roles.latestWins ? [SOURCE_ORDER] : []
  const distance = `abs(${dialect.daysBetween(qualified(dialect, roles.partition, "m"), qualified(dialect, roles.partition, "b"))})`
  const same = agreeWithKept(dialect, roles, "b", "m")
  const newest = [...age, ...roles.values].map((name) => `${qualified(dialect, name, "m")} DESC NULLS LAST`)
  const first = roles.latestWins ? newest : [`CASE WHEN ${same} THEN 0 ELSE 1 END`, distance, ...newest]
  const rows = `SELECT ${list(dialect, roles.key, "b")}, ${compared(dialect, roles, "b", "m")}${age.map((name) => `, b.${name}`).join("")},
    ${same} AS same,
    ${roles.latestWins ? later(dialect, [SOURCE_ORDER, ...roles.values], "b", "m") : "false"} AS newer,
    row_number() OVER (PARTITION BY ${list(dialect, roles.key, "b")} ORDER BY ${[...first, qualified(dialect, roles.partition, "m")].join(", ")}) AS place
  FROM ${relations.batch} AS b JOIN ${relations.matched} AS m ON ${equal(dialect, roles.id, "b", "m")} AND ${near(dialect, roles, "b", "m")}
  WHERE ${within(dialect, roles, "nearby", "b")}`
  const names = [...roles.key, ...roles.values, ...roles.values.map(keptName), ...age]
  return [
    view(relations.matched, matched, { emptyWith: [relations.matchedKeys] }),
    view(
      relations.compared,
      `SELECT ${list(dialect, names)}, same, newer\nFROM (\n  ${rows}\n) AS placed\nWHERE place = 1`,
      {
        emptyWith: [relations.matched],
      },
    ),
    ...settled(dialect, roles),
  ]
}

/** Newer rows into the places of older ones. A row that changes its date leaves the old one in the same commit. */
export const replace = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  if (!roles.latestWins) return []
  const all = list(dialect, roles.all)
  const updates = `SELECT ${all}\nFROM ${relations.compared}\nWHERE newer`
  const stands = qualified(dialect, roles.id[0] ?? "", "m")
  const moves = `SELECT ${list(dialect, roles.all, "u")}, CASE WHEN ${stands} IS NULL THEN 'insert' ELSE 'update' END AS ${CHANGE}
FROM ${relations.updates} AS u LEFT JOIN ${relations.matched} AS m ON ${equal(dialect, roles.key, "u", "m")}
UNION ALL
SELECT ${list(dialect, roles.all, "m")}, 'delete' AS ${CHANGE}
FROM (
  SELECT ${list(dialect, roles.all, "o")}
  FROM ${relations.matched} AS o ${dialect.semiJoin} ${relations.updates} AS u ON ${equal(dialect, roles.id, "o", "u")} AND ${near(dialect, roles, "o", "u")}
) AS m ${dialect.antiJoin} ${relations.updates} AS u ON ${equal(dialect, roles.key, "m", "u")}`
  const into = merge({
    partition: roles.partition,
    key: roles.key,
    set: roles.all,
    identifier: dialect.identifier,
    clauses: { update: is("update"), delete: is("delete"), insert: is("insert") },
  })
  return [
    table(relations.updates, updates, { emptyWith: [relations.compared] }),
    table(relations.moves, moves, { emptyWith: [relations.updates] }),
    check("dates", datesOf(dialect, roles, relations.moves), { emptyWith: [relations.moves] }),
    mergeOf("replaced", `SELECT * FROM ${relations.moves}`, into, { emptyWith: [relations.moves] }),
  ]
}
