/**
 * Only what reads is run. DuckDB's own parser says what a statement is; the type of a prepared one is not enough: that of
 * `EXPLAIN ANALYZE COPY …` is EXPLAIN, which runs the COPY, and a SELECT may call a function that writes a file.
 */
import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api"
import { Effect } from "effect"
import { WrongStatement } from "./errors.ts"

/** Work of DuckDB, whose errors become typed ones. */
export const attempt = <A, E>(work: () => Promise<A>, failed: (error: Error) => E) =>
  Effect.tryPromise({ try: work, catch: (error) => failed(error instanceof Error ? error : new Error(String(error))) })

/** The one reading statement of a text, prepared: what was looked at is what will run. */
export const readingStatement = Effect.fn("readingStatement")(function* (
  connection: DuckDBConnection,
  sql: string,
  wrong: (error: Error) => WrongStatement,
) {
  yield* countOne(connection, sql, wrong)
  const { explain, inner } = parts(sql)
  const tree = yield* parsed(connection, inner, wrong)
  const called = functionsIn(tree).find(isForbidden)
  if (called !== undefined) {
    return yield* new WrongStatement({
      problem: `The function ${called} is not possible here: a statement reads the tables, by their names.`,
      remedy: "",
    })
  }
  // Put together anew: no way of writing comments makes DuckDB see another statement than the one that was parsed.
  const extracted = yield* attempt(() => connection.extractStatements(`${explain}${inner}`), wrong)
  if (extracted.count !== 1) return yield* onlyReads
  const prepared = yield* attempt(() => extracted.prepare(0), wrong)
  return yield* isReading(prepared, explain !== "") ? Effect.succeed(prepared) : onlyReads
})

const isReading = ({ statementType }: DuckDBPreparedStatement, explained: boolean): boolean =>
  statementType === (explained ? StatementType.EXPLAIN : StatementType.SELECT)

const onlyReads = Effect.suspend(() =>
  Effect.fail(
    new WrongStatement({
      problem: "This only reads: give a SELECT (or DESCRIBE, SUMMARIZE, SHOW TABLES), or EXPLAIN and a SELECT.",
      remedy: "The tables are written by the pipeline alone. See: pos ingest --help",
    }),
  ),
)

const countOne = Effect.fnUntraced(function* (
  connection: DuckDBConnection,
  sql: string,
  wrong: (error: Error) => WrongStatement,
) {
  const { count } = yield* attempt(
    () => connection.extractStatements(sql),
    // For a text without a statement the binding has no better words than these.
    (error) => (error.message === "Error in native callback" ? noStatement : wrong(error)),
  )
  if (count === 1) return
  return yield* /\bpivot\b/i.test(sql)
    ? new WrongStatement({
        problem: "A PIVOT must name its values here.",
        remedy: "Write: PIVOT … ON column IN (value, value) USING …",
      })
    : new WrongStatement({ problem: `Give one SQL statement, not ${count}.`, remedy: "" })
})

const noStatement = new WrongStatement({ problem: "Give one SQL statement; this is none.", remedy: "" })

const SPACE = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[^]*?\*/)`
const EXPLAIN = new RegExp(
  String.raw`^${SPACE}*explain(?=[\s(/-])(${SPACE}*analyze(?=[\s(/-]))?(${SPACE}*\((?:${SPACE}|[\w,'"])*\))?${SPACE}*`,
  "i",
)

/** `EXPLAIN ANALYZE (FORMAT json) SELECT …` as how to explain and what. Of anything else, nothing and all of it. */
const parts = (sql: string): { readonly explain: string; readonly inner: string } => {
  const match = EXPLAIN.exec(sql)
  if (match === null) return { explain: "", inner: sql }
  const [all, analyze, options = ""] = match
  // Nothing behind the brackets: they are no options, but the statement.
  const inner = sql.slice(all.length) === "" ? options : sql.slice(all.length)
  const how = inner === options ? "" : options.trim()
  return { explain: `EXPLAIN ${analyze === undefined ? "" : "ANALYZE "}${how}\n`, inner }
}

/** A statement as DuckDB's parser sees it. It hands out the tree of a SELECT, and of nothing else. */
const parsed = Effect.fnUntraced(function* (
  connection: DuckDBConnection,
  sql: string,
  wrong: (error: Error) => WrongStatement,
) {
  const reader = yield* attempt(() => connection.runAndReadAll("SELECT json_serialize_sql(?::VARCHAR)", [sql]), wrong)
  const tree = JSON.parse(String(reader.getRows()[0]?.[0])) as {
    readonly error: boolean
    readonly error_type?: string
    readonly error_message?: string
    readonly statements?: ReadonlyArray<unknown>
  }
  if (tree.error && tree.error_type === "parser") return yield* wrong(new Error(`Parser Error: ${tree.error_message}`))
  return tree.error || tree.statements?.length !== 1 ? yield* onlyReads : tree.statements[0]
})

/** The names of all functions that a parsed statement calls, wherever. */
const functionsIn = (tree: unknown): ReadonlyArray<string> => {
  if (typeof tree !== "object" || tree === null) return []
  return Object.entries(tree).flatMap(([name, value]) =>
    name === "function_name" && typeof value === "string" ? [value] : functionsIn(value),
  )
}

/**
 * What the extensions bring: they read any folder and any host, whatever DuckDB allows, and some write. And `query`, which
 * would run a text that nobody has looked at. A test holds this against what the extensions really bring.
 */
export const isForbidden = (name: string): boolean => /^(query|write_blob|copy_dir|.*delta.*)$/i.test(name)
