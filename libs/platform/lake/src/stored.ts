/** What a table of the lake consists of, by its Delta log alone: no row is read. */
import { Effect } from "effect"
import type { OpenLake } from "./lake.ts"
import { literal, type TableView } from "./location.ts"
import { type Metadata, readMetadata } from "./metadata.ts"
import { attempt } from "./reading.ts"
import { isMissing, unreadable } from "./unreadable.ts"

export interface StoredTable extends TableView {
  /** Types as Hive, Glue and Delta spell them; `nullable` is missing where the log does not tell. */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string; readonly nullable?: boolean }>
  /** What its rows are told apart by, and its partition columns; missing where the log does not tell. */
  readonly key?: ReadonlyArray<string>
  readonly partitionBy?: ReadonlyArray<string>
  /** Where its data files lie; `rows` is null where the log does not tell. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly rows: number | null }>
}

const NAMES: Readonly<Record<string, string>> = {
  VARCHAR: "string",
  INTEGER: "int",
  "TIMESTAMP WITH TIME ZONE": "timestamp",
  TIMESTAMP: "timestamp_ntz",
  BLOB: "binary",
}

/** DuckDB's name of a type, as Hive spells it. */
export const hiveType = (type: string): string => NAMES[type] ?? type.toLowerCase()

/** DuckDB gives the largest number that it knows where the log tells no count. */
const counted = (count: unknown): number | null =>
  Number.isSafeInteger(Number(count ?? Number.NaN)) ? Number(count) : null

/** The table, or undefined where there is none yet. */
export const readStored = Effect.fn("readStored")(function* ({ connection, location }: OpenLake, table: TableView) {
  const place = literal(`${location.uri}/${table.path}`)
  const rows = (sql: string) =>
    attempt(
      async () => (await connection.runAndReadAll(sql)).getRows(),
      (error) => error,
    )
  return yield* Effect.gen(function* () {
    const columns = yield* rows(`DESCRIBE SELECT * FROM delta_scan(${place})`)
    const files = yield* rows(`SELECT data_file, cardinality FROM delta_list_files(${place})`)
    const { key, nullable, partitionBy }: Metadata = yield* readMetadata(rows, `${location.uri}/${table.path}`)
    return {
      ...table,
      columns: columns.map(([name, type]) => {
        const mayLack = nullable?.get(String(name))
        return { name: String(name), type: hiveType(String(type)), ...(mayLack !== undefined && { nullable: mayLack }) }
      }),
      ...(key && { key }),
      ...(partitionBy && { partitionBy }),
      files: files.map(([path, count]) => ({ path: String(path), rows: counted(count) })),
    } satisfies StoredTable
  }).pipe(
    Effect.catchIf(isMissing, () => Effect.succeed(undefined)),
    Effect.mapError(unreadable(location, table)),
  )
})
