/** Reference data: of each key the row that was sent last, or the rows of the whole list that was. */
import type { Delivers } from "@pos/contract"
import { Effect } from "effect"
import { boundsOfWhole } from "./bounds.ts"
import { agree, countOf, equal, list, orphanOf, qualified } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { incoming } from "./incoming.ts"
import { SOURCE_ORDER } from "../tables.ts"
import { relations, type TransformInput } from "./input.ts"
import type { Transform } from "./schema.ts"
import { check, table, view } from "./step.ts"
import { UnsupportedTable } from "./unsupported.ts"

/** The columns of a table of reference data by their part in the comparison of two rows. */
interface ReferenceRoles {
  readonly key: ReadonlyArray<string>
  readonly values: ReadonlyArray<string>
  readonly all: ReadonlyArray<string>
}

const rolesOf = ({ curated, ...input }: TransformInput): Effect.Effect<ReferenceRoles, UnsupportedTable> =>
  Effect.gen(function* () {
    const unsupported = (problem: string) => new UnsupportedTable({ table: curated.name, problem })
    if (curated.partitionBy.length > 0 || curated.keyScope.length > 0)
      return yield* unsupported("reference data have no partitions, and their key counts in the whole table")
    if (input.kpis.length > 0) return yield* unsupported("no KPI is computed of reference data")
    if (curated.key.length === 0) return yield* unsupported("it has no key")
    const nullable = curated.columns.find((column) => curated.key.includes(column.name) && column.nullable)
    if (nullable !== undefined) return yield* unsupported(`its key column ${nullable.name} may be missing`)
    if (!curated.columns.some((column) => column.name === SOURCE_ORDER))
      return yield* unsupported(`it must have a column ${SOURCE_ORDER}, which tells what was sent last`)
    const orphan = orphanOf({ ...input, curated })
    if (orphan !== undefined) return yield* unsupported(`no validated column fills ${orphan.name}`)
    const all = curated.columns.map((column) => column.name)
    return {
      key: curated.key,
      values: all.filter((name) => !curated.key.includes(name) && name !== SOURCE_ORDER),
      all,
    }
  })

/** The statements for reference data. What facts need beyond that, there is none of. */
export const referenceTransform = (
  dialect: TransformDialect,
  input: TransformInput,
  delivers: Delivers,
): Effect.Effect<Transform, UnsupportedTable> =>
  Effect.gen(function* () {
    const roles = yield* rolesOf(input)
    return {
      dateLiteral: "DATE '{date}'",
      read: [
        view(relations.incoming, incoming(dialect, input)),
        check("arrived", `SELECT count(*) AS line_count FROM ${relations.incoming}`),
      ],
      unify: [],
      match: [],
      compare: [],
      conflicts: [],
      replace: [],
      newest: [
        view(relations.delivered, delivered(dialect, roles)),
        table(relations.newest, newest(dialect, roles, delivers)),
        check("tally", tally(dialect, roles)),
      ],
      explain: [],
      repair: boundsOfWhole(dialect, roles.all, input.bounds),
      canary: [],
      kpis: [],
    }
  })

/** All rows that there are to choose from: what a row stands for does not depend on which run brought it. */
const delivered = (dialect: TransformDialect, { all }: ReferenceRoles): string =>
  `SELECT ${list(dialect, all)}
FROM ${relations.existing}
UNION ALL
SELECT ${list(dialect, all)}
FROM ${relations.incoming}`

/**
 * The order is a total one over contents, with no part for names or for what came first: then rows that are put
 * together in any order, any number of times, give the same table. Deliveries of one moment, which nobody can put in
 * order, count as one: of a key that both have, the larger values stay.
 */
const newest = (dialect: TransformDialect, { all, key, values }: ReferenceRoles, delivers: Delivers): string => {
  const order = [SOURCE_ORDER, ...values].map((name) => `${dialect.identifier(name)} DESC NULLS LAST`)
  const latest =
    delivers === "wholeList"
      ? `\n  WHERE ${SOURCE_ORDER} = (SELECT max(${SOURCE_ORDER}) FROM ${relations.delivered})`
      : ""
  return `SELECT ${list(dialect, all)}
FROM (
  SELECT ${list(dialect, all)}, row_number() OVER (PARTITION BY ${list(dialect, key)} ORDER BY ${order.join(", ")}) AS place
  FROM ${relations.delivered}${latest}
) AS placed
WHERE place = 1`
}

/**
 * What becomes of the table and of the rows that came. `confirmed` rows were sent again with the same values, which makes
 * them newer; `superseded` ones were sent with values, or a key, that something newer has taken the place of.
 */
const tally = (dialect: TransformDialect, { key, values }: ReferenceRoles): string => {
  const [first = ""] = key
  const missing = (alias: string) => `${qualified(dialect, first, alias)} IS NULL`
  const both = `NOT ${missing("n")} AND NOT ${missing("e")}`
  const same = (left: string, right: string) =>
    values.length === 0 ? "TRUE" : `(${agree(dialect, values, left, right)})`
  return `SELECT changed.*, came.superseded
FROM (
  SELECT ${countOf(missing("e"))} AS appended,
    ${countOf(`${both} AND NOT ${same("n", "e")}`)} AS updated,
    ${countOf(missing("n"))} AS removed,
    ${countOf(`${both} AND ${same("n", "e")} AND n.${SOURCE_ORDER} > e.${SOURCE_ORDER}`)} AS confirmed
  FROM ${relations.newest} AS n FULL JOIN ${relations.existing} AS e ON ${equal(dialect, key, "n", "e")}
) AS changed CROSS JOIN (
  SELECT ${countOf(`${missing("n")} OR NOT ${same("i", "n")}`)} AS superseded
  FROM ${relations.incoming} AS i LEFT JOIN ${relations.newest} AS n ON ${equal(dialect, key, "i", "n")}
) AS came`
}
