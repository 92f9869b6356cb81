/** What a table of the lake consists of, by its Delta log alone: no row is read. */
import { Effect } from "effect"
import type { OpenLake } from "./lake.ts"
import { literal, type TableView } from "./location.ts"
import { attempt } from "./reading.ts"
import { isMissing, unreadable } from "./unreadable.ts"

export interface StoredTable extends TableView {
  /** Types as Hive, Glue and Delta spell them. */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>
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
    return {
      ...table,
      columns: columns.map(([name, type]) => ({ name: String(name), type: hiveType(String(type)) })),
      files: files.map(([path, count]) => ({ path: String(path), rows: count === null ? null : Number(count) })),
    } satisfies StoredTable
  }).pipe(
    Effect.catchIf(isMissing, () => Effect.succeed(undefined)),
    Effect.mapError(unreadable(location, table)),
  )
})
