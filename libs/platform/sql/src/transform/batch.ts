import { agreeWithKept, equal, keptName, list, qualified, type Roles, within } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import type { Step } from "./schema.ts"
import { check, table, view } from "./step.ts"
import { SOURCE_ORDER } from "../tables.ts"
import { relations, SOURCE_FILE } from "./input.ts"

/** Two files of one run may have sent the same key. Proving that they did not must be cheap: it is the usual case. */
export const unify = (dialect: TransformDialect, roles: Roles): ReadonlyArray<Step> => {
  const { hash, steps } = hashed(dialect, roles, roles.key)
  const { order, rows } = suspected(dialect, roles, hash)
  const ranked = `SELECT ${list(dialect, roles.all)}, row_number() OVER (PARTITION BY ${list(dialect, roles.key)} ORDER BY ${order.join(", ")}) AS place
FROM (
  ${rows}
) AS suspected`
  return [
    ...steps,
    table(relations.ranked, ranked, { emptyWith: [relations.suspects] }),
    ...placed(dialect, roles, hash, equal(dialect, roles.key, "l", "w")),
  ]
}

/** Where the ranges of the files' keys are known, and a row `i` is in none that files share, nobody has its key again. */
const inOverlaps = (dialect: TransformDialect, roles: Roles): string =>
  roles.days > 0 ? ` AND (${within(dialect, roles, "overlaps", "i")})` : ""

/** The hash of a row `i` by its key, and the steps that find the hashes which several rows have. */
export const hashed = (
  dialect: TransformDialect,
  roles: Roles,
  key: ReadonlyArray<string>,
): { readonly hash: string; readonly steps: ReadonlyArray<Step> } => {
  const date = dialect.identifier(roles.partition)
  const hash = dialect.hash(key.map((name) => qualified(dialect, name, "i")))
  const keyHashes = `SELECT ${hash} AS key_hash\nFROM ${relations.incoming} AS i\nWHERE i.${date} IN ({dates})${inOverlaps(dialect, roles)}`
  const part = dialect.spillsGroups ? "" : `WHERE ${dialect.remainder("key_hash", "{parts}")} = {part}\n`
  const suspects = `SELECT key_hash
FROM ${relations.keyHashes}
${part}GROUP BY key_hash
HAVING count(*) > 1`
  // A file that an engine spells otherwise than the store did: its rows would find no age, and be lost.
  const unknown = `SELECT DISTINCT i.${SOURCE_FILE} FROM ${relations.incoming} AS i ${dialect.antiJoin} ${relations.sources} AS o ON i.${SOURCE_FILE} = o.${SOURCE_FILE}\nLIMIT 1`
  const { spillsGroups } = dialect
  const steps = [
    spillsGroups ? view(relations.keyHashes, keyHashes) : table(relations.keyHashes, keyHashes),
    table(relations.suspects, suspects, { emptyWith: [relations.keyHashes] }),
    check("unknown_files", unknown, { emptyWith: [relations.suspects] }),
  ]
  return { hash, steps }
}

/**
 * The rows whose hash several rows have, and the order that tells which one of a key stays: the first one sent, or the last
 * one where the latest wins. Among equally old files, which are of different objects, the order of the manifest decides,
 * which is that of their keys. A file has a key once on a date.
 */
export const suspected = (
  dialect: TransformDialect,
  roles: Roles,
  hash: string,
): { readonly order: ReadonlyArray<string>; readonly rows: string } => {
  const direction = roles.latestWins ? "DESC" : "ASC"
  const age = roles.latestWins ? "" : `, o.${SOURCE_ORDER}`
  const sources = roles.latestWins ? "" : ` JOIN ${relations.sources} AS o ON o.${SOURCE_FILE} = i.${SOURCE_FILE}`
  return {
    order: [SOURCE_ORDER, SOURCE_FILE].map((name) => `${name} ${direction}`),
    rows: `SELECT ${list(dialect, roles.all, "i")}${age}, i.${SOURCE_FILE}
  FROM ${relations.incoming} AS i${sources} ${dialect.semiJoin} ${relations.suspects} AS s ON ${hash} = s.key_hash
  WHERE i.${dialect.identifier(roles.partition)} IN ({dates})${inOverlaps(dialect, roles)}`,
  }
}

/** Of ranked rows, those in the first place with all that nobody suspected, and the others (l) beside the one that stays (w). */
export const placed = (dialect: TransformDialect, roles: Roles, hash: string, same: string): ReadonlyArray<Step> => {
  const lost = `SELECT ${list(dialect, roles.key, "l")}, ${compared(dialect, roles, "l", "w")}, ${agreeWithKept(dialect, roles, "l", "w")} AS same, false AS newer
FROM ${relations.ranked} AS l JOIN ${relations.ranked} AS w ON ${same}
WHERE l.place > 1 AND w.place = 1`
  const rows = `SELECT ${list(dialect, roles.all, "i")}
FROM ${relations.incoming} AS i ${dialect.antiJoin} ${relations.suspects} AS s ON ${hash} = s.key_hash${inOverlaps(dialect, roles)}
UNION ALL
SELECT ${list(dialect, roles.all)}
FROM ${relations.ranked}
WHERE place = 1`
  return [table(relations.batchLost, lost, { emptyWith: [relations.ranked] }), view(relations.batch, rows)]
}

/** The values of a row beside those of the row that is kept in its place. */
export const compared = (dialect: TransformDialect, roles: Roles, row: string, kept: string): string =>
  [
    list(dialect, roles.values, row),
    ...roles.values.map((name) => `${qualified(dialect, name, kept)} AS ${dialect.identifier(keptName(name))}`),
  ].join(", ")
