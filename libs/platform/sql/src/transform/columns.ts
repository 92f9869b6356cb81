import type { BusinessDate, DateColumn } from "@pos/contract"
import { Effect } from "effect"
import type { TransformDialect } from "./dialect.ts"
import type { TableColumn } from "../plan.ts"
import { SOURCE_ORDER } from "../tables.ts"
import { type TransformInput } from "./input.ts"
import { UnsupportedTable } from "./unsupported.ts"

/** The curated table's columns by their part in the comparison of two rows. */
export interface Roles {
  /** Date and key: no two rows of the table agree in these. */
  readonly key: ReadonlyArray<string>
  /** The key alone. */
  readonly id: ReadonlyArray<string>
  /** How many days apart the dates of two rows with one key may be that are the same row. */
  readonly days: number
  /** Everything else that a supplier states. */
  readonly values: ReadonlyArray<string>
  /** Those of them that a row may lack. */
  readonly optional: ReadonlySet<string>
  /** All columns of the curated table, as it stores them. */
  readonly all: ReadonlyArray<string>
  readonly partition: string
  readonly businessDate: BusinessDate | DateColumn
  /** The key's first column: files whose ranges of it do not overlap share no key. */
  readonly lead: string
  readonly latestWins: boolean
}

/** The roles of the curated table's columns; fails where it has a shape that the transformation has no statements for. */
export const rolesOf = (input: TransformInput): Effect.Effect<Roles, UnsupportedTable> =>
  Effect.gen(function* () {
    const { curated } = input
    const unsupported = (problem: string) => new UnsupportedTable({ table: curated.name, problem })
    const [partition, ...others] = curated.partitionBy
    const days = curated.keyDays ?? 0
    if (partition === undefined || others.length > 0 || curated.keyScope.join() !== (days > 0 ? "" : partition)) {
      return yield* unsupported(
        "it must be partitioned by one date, which is the key's scope unless that is a window of days",
      )
    }
    const [lead] = curated.key
    if (lead === undefined) return yield* unsupported("it has no key")
    const key = [partition, ...curated.key]
    const nullable = curated.columns.find((column) => key.includes(column.name) && column.nullable)
    if (nullable !== undefined) return yield* unsupported(`its key column ${nullable.name} may be missing`)
    const { businessDate, eventTime } = input
    if (businessDate === undefined) return yield* unsupported("its rows have no business date")
    const [dated, type] = "column" in businessDate ? [businessDate.column, "date"] : [eventTime, "timestamp"]
    if (!curated.columns.some((column) => column.name === dated && column.type === type && !column.nullable))
      return yield* unsupported(`it has no ${type} ${dated}, of which the business date is taken`)
    const latestWins = input.acrossFiles === "latestWins"
    if (latestWins !== curated.columns.some((column) => column.name === SOURCE_ORDER)) {
      return yield* unsupported(`it must have a column ${SOURCE_ORDER} exactly when the latest row wins`)
    }
    const orphan = orphanOf(input)
    if (orphan !== undefined) return yield* unsupported(`no validated column fills ${orphan.name}`)
    const all = curated.columns.map((column) => column.name)
    return {
      key,
      id: curated.key,
      days,
      optional: new Set(curated.columns.flatMap(({ name, nullable }) => (nullable ? [name] : []))),
      values: all.filter((name) => !key.includes(name) && name !== SOURCE_ORDER),
      all,
      partition,
      businessDate,
      lead,
      latestWins,
    }
  })

/** A column of the curated table that neither the validated rows nor the job itself could fill. */
export const orphanOf = ({ curated, validated }: TransformInput): TableColumn | undefined => {
  const sent = new Set(validated.map((column) => column.name))
  const derived = [...curated.partitionBy, SOURCE_ORDER]
  return curated.columns.find((column) => !derived.includes(column.name) && !sent.has(validatedName(column)))
}

/** Where the validated rows keep a column of the curated table: instants travel as whole microseconds. */
export const validatedName = (column: TableColumn): string =>
  column.type === "timestamp" ? `${column.name}_us` : column.name

/** `a, b, c`, each quoted and, if given, prefixed by an alias. */
export const list = (dialect: TransformDialect, names: ReadonlyArray<string>, alias?: string): string =>
  names.map((name) => qualified(dialect, name, alias)).join(", ")

/** How many rows the condition holds for; 0 where there are none. */
export const countOf = (condition: string): string => `coalesce(sum(CASE WHEN ${condition} THEN 1 ELSE 0 END), 0)`

/** The business dates of a relation's rows. */
export const datesOf = (dialect: TransformDialect, { partition }: Roles, relation: string): string =>
  `SELECT DISTINCT ${dialect.identifier(partition)} AS date FROM ${relation} ORDER BY 1`

/** An order that every engine has alike: left to themselves, some put missing values first and some last. */
export const ordered = (dialect: TransformDialect, names: ReadonlyArray<string>): string =>
  names.map((name) => `${dialect.identifier(name)} NULLS FIRST`).join(", ")

/**
 * That the first column of a row's key is in one of the ranges that the job has found, which fills in literals, or TRUE where it
 * has none: readers pass over what is elsewhere. `overlaps` are those that files share; `batch` has all keys of the batch, and
 * `nearby` those that stand.
 */
export const within = (
  dialect: TransformDialect,
  roles: Roles,
  ranges: "overlaps" | "batch" | "nearby",
  alias: string,
): string => `{within ${ranges}: ${qualified(dialect, roles.lead, alias)}}`

export const qualified = (dialect: TransformDialect, name: string, alias?: string): string =>
  alias === undefined ? dialect.identifier(name) : `${alias}.${dialect.identifier(name)}`

/** All of `names`, which are never NULL, are equal between two aliases. Engines hash this comparison best. */
export const equal = (dialect: TransformDialect, names: ReadonlyArray<string>, left: string, right: string): string =>
  names.map((name) => `${qualified(dialect, name, left)} = ${qualified(dialect, name, right)}`).join(" AND ")

/** All of `names` agree between two aliases; NULL agrees with NULL. */
export const agree = (dialect: TransformDialect, names: ReadonlyArray<string>, left: string, right: string): string =>
  names
    .map((name) => `${qualified(dialect, name, left)} IS NOT DISTINCT FROM ${qualified(dialect, name, right)}`)
    .join(" AND ")

/**
 * All values of a row agree with those of the row that is kept. A row that was stored before its table got a column says
 * nothing about it, so that a value for it is no contradiction. Where the latest row wins, it is simply the newer one.
 */
export const agreeWithKept = (dialect: TransformDialect, roles: Roles, row: string, kept: string): string =>
  roles.values
    .map((name) => {
      const same = agree(dialect, [name], row, kept)
      const silent = `${addedLater(name)} AND ${qualified(dialect, name, kept)} IS NULL`
      return roles.optional.has(name) && !roles.latestWins ? `(${same} OR ${silent})` : same
    })
    .join(" AND ")

/** `TRUE` where the table got the column when it may have had rows, else `FALSE`. */
const addedLater = (name: string): string => `{added.${name}}`

/** What the kept row's value of a column is called beside the other row's. */
export const keptName = (name: string): string => `kept_${name}`
