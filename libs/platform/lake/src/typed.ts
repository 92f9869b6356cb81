/** Tables as typed rows: exact decimals, whole numbers as `bigint`, days as texts, moments in seconds, as the Schemas have them. */
import { parseTimestamp } from "@pos/contract"
import { BigDecimal, Effect, Result, Stream } from "effect"
import { type LakeUnavailable, WrongStatement } from "./errors.ts"
import { columnsOf, Lake, nameTables, type OpenLake, query } from "./lake.ts"
import type { TableView } from "./location.ts"
import { type Direction, everything, type Parts, type Where } from "./question.ts"
import { statementOf, type StoredColumn } from "./statement.ts"
import type { Json } from "./values.ts"

type Unread = LakeUnavailable | WrongStatement

/**
 * A question to a table. Each step gives a new one; nothing is read before `rows` or `stream`. `Row` is what is read,
 * `Stored` what of it the table holds, by which it can be filtered and ordered.
 */
export interface Question<Row, Stored> {
  /** Only rows that meet all of these. */
  readonly where: (conditions: Where<Stored>) => Question<Row, Stored>
  /** After what was ordered by before. Rows without a value come last. */
  readonly orderBy: (column: keyof Stored & string, direction?: Direction) => Question<Row, Stored>
  /** At most so many rows: a whole number, 0 or more. */
  readonly limit: (rows: number) => Question<Row, Stored>
  readonly rows: Effect.Effect<ReadonlyArray<Row>, Unread, Lake>
  /** The same, batch by batch. */
  readonly stream: Stream.Stream<Row, Unread, Lake>
}

/** A table, and how its rows are read. */
export interface Typed<Row> {
  readonly table: TableView
  readonly columns: ReadonlyArray<StoredColumn>
  /** A row from what is stored; missing values are left out. */
  readonly read: (stored: Readonly<Record<string, unknown>>) => Effect.Effect<Row, Error>
  /** What is said of a row that can't be read. */
  readonly refused: (cause: Error) => LakeUnavailable
}

const valueOf = ({ kind }: StoredColumn["column"], value: string | number | boolean): unknown => {
  switch (kind) {
    case "integer":
      return typeof value === "boolean" ? value : BigInt(value)
    case "decimal":
      return BigDecimal.fromStringUnsafe(String(value))
    case "epochSeconds":
    case "timestamp":
      return Result.getOrElse(parseTimestamp(String(value)), () => value)
    default:
      return value
  }
}

type Cell = (column: StoredColumn, at: number) => Json | undefined

/** The values of a row by the names of its columns, out of JSON that loses nothing. */
export const storedValues = (columns: ReadonlyArray<StoredColumn>, cell: Cell): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    columns.flatMap((column, at) => {
      const value = cell(column, at) ?? null
      if (value === null) return []
      // A list or an object is no value of any column: the Schema says so.
      return [[column.name, typeof value === "object" ? value : valueOf(column.column, value)] as const]
    }),
  )

/** Work that may throw. */
export const trying = <A>(work: () => A): Effect.Effect<A, Error> =>
  Effect.try({ try: work, catch: (error) => (error instanceof Error ? error : new Error(String(error))) })

/** The row that these cells are. */
export const rowOf = <Row>({ columns, read, refused }: Typed<Row>, cell: Cell): Effect.Effect<Row, LakeUnavailable> =>
  trying(() => storedValues(columns, cell)).pipe(Effect.flatMap(read), Effect.mapError(refused))

/** What of a question can't be asked, in a sentence. Types refuse it; a program without them gets here. */
const problemOf = ({ table, columns }: Typed<unknown>, { where, order, limit }: Parts): string | undefined => {
  const unknown = [...where.map(([name]) => name), ...order.map(({ column }) => column)].find(
    (name) => !columns.some((column) => column.name === name),
  )
  if (unknown !== undefined) return `${table.name} stores no ${unknown}, so it can't be filtered or ordered by it.`
  const empty = where.find(([, on]) => on === undefined || on === null)
  if (empty !== undefined) return `The condition on ${empty[0]} of ${table.name} is no value.`
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0))
    return `The limit ${limit} is no whole number of 0 or more.`
  return undefined
}

const open = Effect.fnUntraced(function* <Row>(lake: OpenLake, typed: Typed<Row>, parts: Parts) {
  const { table, columns } = typed
  const problem = problemOf(typed, parts)
  if (problem !== undefined)
    return yield* new WrongStatement({
      problem,
      remedy: `Its columns: ${columns.map(({ name }) => name).join(", ")}. What is computed from them can be filtered after reading.`,
    })
  yield* nameTables(lake, [table])
  const stored = yield* columnsOf(lake, table)
  const absent = columns.filter((column) => !column.required && stored.length > 0 && !stored.includes(column.stored))
  const statement = statementOf({ table: table.name, columns, absent, parts })
  const { batches } = yield* query(lake, { tables: [table], ...statement })
  return batches.pipe(
    Stream.flatMap(Stream.fromIterable),
    Stream.mapEffect((cells) => rowOf(typed, (_column, at) => cells[at])),
  )
})

export const ask = <Row, Stored>(typed: Typed<Row>, parts: Parts = everything): Question<Row, Stored> => {
  const stream = Stream.unwrap(Effect.flatMap(Lake, (lake) => open(lake, typed, parts)))
  const next = (change: Partial<Parts>) => ask<Row, Stored>(typed, { ...parts, ...change })
  return {
    where: (conditions) => next({ where: [...parts.where, ...Object.entries(conditions)] }),
    orderBy: (column, direction = "ascending") => next({ order: [...parts.order, { column, direction }] }),
    limit: (limit) => next({ limit }),
    rows: Effect.map(Stream.runCollect(stream), (rows) => [...rows]),
    stream,
  }
}
