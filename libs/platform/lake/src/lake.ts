/** Reads the Delta tables with DuckDB, in this process. Nothing can be written through it. */
import { randomUUID } from "node:crypto"
import { tmpdir } from "node:os"
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from "@duckdb/node-api"
import { Context, Effect, FileSystem, Layer, Path, type Scope, Semaphore, Stream } from "effect"
import "./binding.ts"
import { LakeUnavailable, WrongStatement } from "./errors.ts"
import { attempt, readingStatement } from "./reading.ts"
import { type LakeLocation, literal, mentioned, secretStatement, type TableView, viewStatement } from "./location.ts"
import { firstLine, isMissing, unreadable } from "./unreadable.ts"
import { type Json, toJson } from "./values.ts"

export interface QueryResult<E = WrongStatement> {
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>
  /** Batches of rows, read as they are asked for. */
  readonly batches: Stream.Stream<ReadonlyArray<ReadonlyArray<Json>>, E>
}

export interface Query {
  /** What the statement may call by name. */
  readonly tables: ReadonlyArray<TableView>
  readonly sql: string
  /** Values for `?` in the statement. */
  readonly parameters?: ReadonlyArray<string | number>
}

/** An open lake: a connection, and the tables that it knows by name so far. */
export interface OpenLake {
  readonly location: LakeLocation
  readonly connection: DuckDBConnection
  readonly views: Set<string>
  /** Held while a view is made: two questions at once may need the same. */
  readonly naming: Semaphore.Semaphore
  /** A connection of its own: a result that is read lazily ends, without an error, when its connection is asked again. */
  readonly connect: Effect.Effect<DuckDBConnection, LakeUnavailable, Scope.Scope>
}

/** Makes the tables known that a statement names. */
export const nameTables = (lake: OpenLake, tables: ReadonlyArray<TableView>) =>
  lake.naming.withPermit(Effect.forEach(tables, (table) => createView(lake, table), { discard: true }))

/** Runs one reading statement. The result is read lazily, within the scope; any number may be read at once. */
export const query = Effect.fn("Lake.query")(function* (lake: OpenLake, { tables, sql, parameters = [] }: Query) {
  yield* nameTables(lake, mentioned(sql, tables))
  const connection = yield* lake.connect
  const statement = yield* readingStatement(connection, sql, (error) => wrongSql(error, tables))
  const result = yield* attempt(
    () => {
      statement.bind([...parameters])
      return statement.stream()
    },
    (error) => wrongSql(error, tables),
  )
  const types = result.columnTypes()
  return {
    columns: result.columnNames().map((name, at) => ({ name, type: String(types[at]) })),
    batches: batches(result),
  } satisfies QueryResult
})

/** All rows as objects, for results that are known to be small. */
export const queryAll = Effect.fn("Lake.queryAll")(function* (lake: OpenLake, request: Query) {
  const { columns, batches } = yield* query(lake, request)
  const rows = (yield* Stream.runCollect(batches)).flat()
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))
}, Effect.scoped)

const batches = (result: DuckDBResult) =>
  Stream.unfold(result, (source) =>
    attempt(
      async () => {
        const chunk = await source.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) return undefined
        return [chunk.getRows().map((row) => row.map(toJson)), source] as const
      },
      (error) => wrongSql(error, []),
    ),
  )

const OPTIONS = {
  // The set-up has checked the extension files by their hashes. DuckDB would check their signatures at each start, which
  // takes three quarters of the time of a small query.
  allow_unsigned_extensions: "true",
  // A statement gets what is loaded below, and nothing from the user's own folders or from the network.
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
}

export interface Access {
  /** The folder that holds DuckDB's extensions `httpfs` and `delta`, at any depth; their versions must match DuckDB's. */
  readonly extensions: string
  /** Whether a statement may read files of this machine. */
  readonly localFiles?: boolean
}

/** Opens the lake until the scope closes. From then on DuckDB reaches the lake only, and its settings are locked. */
export const openLake = Effect.fn("openLake")(function* (
  location: LakeLocation,
  { extensions: folder, localFiles = false }: Access,
) {
  const extensions = yield* extensionFiles(folder)
  const path = yield* Path.Path
  const instance = yield* Effect.acquireRelease(
    attempt(() => DuckDBInstance.create(":memory:", OPTIONS), unusable),
    (instance) => Effect.sync(() => instance.closeSync()),
  )
  const connect = Effect.acquireRelease(
    attempt(() => instance.connect(), unusable),
    (connection) => Effect.sync(() => connection.closeSync()),
  )
  const connection = yield* connect
  const statements = [
    ...extensions.map((file) => `LOAD ${literal(file)}`),
    "SET GLOBAL TimeZone = 'UTC'",
    // Nor the secrets that the user keeps for DuckDB: they may be for any bucket, with any right.
    "SET allow_persistent_secrets = false",
    // Made when a large query spills. The default is in the folder that one is in, and readable by statements.
    `SET temp_directory = ${literal(path.join(tmpdir(), `pos-sql-${randomUUID()}`))}`,
    ...(location.access ? [secretStatement(location, location.access)] : []),
    `SET allowed_directories = [${[`${location.uri}/`, ...(localFiles ? ["/"] : [])].map(literal).join(", ")}]`,
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ]
  for (const statement of statements) yield* attempt(() => connection.run(statement), unusable)
  const naming = yield* Semaphore.make(1)
  return { location, connection, connect, naming, views: new Set() } satisfies OpenLake
})

/** Views are made before the user's statement is looked at, so what fails here is the table, not the statement. */
const createView = Effect.fnUntraced(function* ({ connection, location, views }: OpenLake, table: TableView) {
  if (views.has(table.name)) return
  yield* attempt(
    () => connection.run(viewStatement(location, table)),
    (error) => error,
  ).pipe(
    Effect.tap(() => Effect.sync(() => views.add(table.name))),
    // Without a table the name stays unknown, and the statement that uses it says so.
    Effect.catchIf(isMissing, () => Effect.void),
    Effect.mapError(unreadable(location, table)),
  )
})

/** The columns of a table that is known by name; none where there is no table yet. */
export const columnsOf = ({ connection }: OpenLake, { name }: TableView) =>
  attempt(async () => {
    const reader = await connection.runAndReadAll("SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [
      name,
    ])
    return reader.getRows().map(([column]) => String(column))
  }, unusable)

/** The file of one of DuckDB's extensions, anywhere below the folder. */
export const extensionFile = Effect.fnUntraced(function* (folder: string, name: string) {
  const fs = yield* FileSystem.FileSystem
  const inside = yield* fs.readDirectory(folder, { recursive: true }).pipe(Effect.orElseSucceed(() => []))
  const file = inside.find((path) => path.split("/").at(-1) === `${name}.duckdb_extension`)
  if (file !== undefined) return `${folder}/${file}`
  return yield* new LakeUnavailable({
    problem: `DuckDB's extension ${name} is missing in ${folder}.`,
    remedy: "Run: npm run setup",
  })
})

// httpfs first: it brings the S3 secrets that the Delta extension looks up.
const extensionFiles = (folder: string) => Effect.forEach(["httpfs", "delta"], (name) => extensionFile(folder, name))

/** The lake that a program reads. */
export class Lake extends Context.Service<Lake, OpenLake>()("@pos/Lake") {
  static readonly layer = (location: LakeLocation, access: Access) => Layer.effect(Lake, openLake(location, access))
}

const unusable = (cause: Error) =>
  new LakeUnavailable({ problem: `DuckDB does not start: ${firstLine(cause)}`, remedy: "Run: npm run setup", cause })

const FORBIDDEN = /Cannot access (?:file|directory) "([^"]*)" - file system operations are disabled/

const wrongSql = (error: Error, tables: ReadonlyArray<TableView>) => {
  const place = FORBIDDEN.exec(error.message)?.[1]
  if (place !== undefined) {
    return new WrongStatement({
      problem: `${place} cannot be read: a statement reads the tables only.`,
      remedy: /^[a-z][a-z0-9+.-]*:\/\//i.test(place) ? "" : "To read files of this machine too: --allow-local-files",
    })
  }
  const absent = /Table with name (\S+) does not exist/.exec(error.message)?.[1]
  const known = tables.find(({ name }) => name.toLowerCase() === absent?.toLowerCase())
  if (known) {
    return new WrongStatement({
      problem: `There is no data in ${known.name} yet.`,
      remedy: "Load some: pos ingest FILE…, or pos demo",
    })
  }
  return new WrongStatement({
    problem: error.message.replace("Failed to extract statements: ", "").trim(),
    remedy: absent === undefined ? "" : `Tables here: ${tables.map(({ name }) => name).join(", ")}.`,
  })
}
