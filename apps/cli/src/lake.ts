/** The lake as the commands read it: with the extensions of this workspace, and errors in the commands' own words. */
import * as lake from "@pos/lake"
import { Effect, Stream } from "effect"
import { InvalidRequest, Unavailable } from "./errors.ts"
import { Workspace } from "./workspace/workspace.ts"

/** DuckDB's extensions, in the workspace. */
export const EXTENSIONS = ".venv/duckdb-extensions"

/** Errors of the lake in the commands' own. */
export const told = (error: lake.LakeUnavailable | lake.WrongStatement) =>
  error._tag === "WrongStatement"
    ? new InvalidRequest({ problem: error.problem, remedy: error.remedy })
    : new Unavailable({
        problem: error.problem,
        remedy: error.remedy,
        ...("cause" in error ? { cause: error.cause } : {}),
      })

/** What a statement may do beside reading the tables. */
export interface Access {
  /** Whether it may read files of this machine. */
  readonly localFiles: boolean
}

/** Opens the lake until the scope closes. */
export const openLake = Effect.fn("openLake")(function* (
  location: lake.LakeLocation,
  { localFiles }: Access = { localFiles: false },
) {
  const workspace = yield* Workspace
  return yield* lake.openLake(location, { extensions: workspace.path(EXTENSIONS), localFiles })
}, Effect.mapError(told))

/** Runs one reading statement. The result is read lazily, within the lake's scope. */
export const query = Effect.fn("query")(function* (open: lake.OpenLake, request: lake.Query) {
  const { columns, batches } = yield* lake.query(open, request)
  return { columns, batches: Stream.mapError(batches, told) }
}, Effect.mapError(told))

/** All rows as objects, for results that are known to be small. */
export const queryAll = (open: lake.OpenLake, request: lake.Query) =>
  Effect.mapError(lake.queryAll(open, request), told)

/** What a table consists of, or undefined where there is none yet. */
export const readStored = (open: lake.OpenLake, table: lake.TableView) =>
  Effect.mapError(lake.readStored(open, table), (error) => told(error))

/** The file of one of DuckDB's extensions. */
export const extensionFile = (folder: string, name: string) => Effect.mapError(lake.extensionFile(folder, name), told)

export { decimalText, identifier, literal, withRatioColumns } from "@pos/lake"
export type QueryResult = lake.QueryResult<InvalidRequest | Unavailable>
export type { LakeLocation, OpenLake, StoredTable, TableView } from "@pos/lake"
