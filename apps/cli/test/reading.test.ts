/** What `pos sql` must not do, tried. */
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { isForbidden } from "@pos/lake"
import { type Access, openLake, queryAll } from "../src/lake.ts"
import { services, Tables, tables } from "./delta-tables.ts"

const outside = mkdtempSync(join(tmpdir(), "pos-outside-"))
const secret = join(outside, "secret.csv")
writeFileSync(secret, "word\nhidden\n")

const ask = Effect.fnUntraced(function* (sql: string, access?: Access) {
  const { folder } = yield* Tables
  return yield* queryAll(yield* openLake({ uri: folder }, access), { tables, sql })
}, Effect.scoped)

/** One lake for many statements, none of which may go through. */
const refused = Effect.fnUntraced(function* (statements: ReadonlyArray<string>, access?: Access) {
  const { folder } = yield* Tables
  const lake = yield* openLake({ uri: folder }, access)
  const messages: Array<string> = []
  for (const sql of statements) {
    const error = yield* queryAll(lake, { tables, sql }).pipe(
      Effect.matchEffect({
        onFailure: (failure) => Effect.succeed(failure),
        onSuccess: () => Effect.die(new Error(`This went through: ${sql}`)),
      }),
    )
    assert.strictEqual(error._tag, "InvalidRequest", `${sql}: ${error.message}`)
    assert.notMatch(error.message, /\n\s+at /, sql)
    messages.push(error.message)
  }
  return messages
}, Effect.scoped)

/** Of rows with the names of functions. */
const names = (rows: ReadonlyArray<Record<string, unknown>>) => rows.map((row) => String(row["function_name"]))

/** The names of all files of the lake. */
const files = (folder: string) => readdirSync(folder, { recursive: true }).map(String).toSorted()

/** Ways to write below a folder. */
const writing = (inside: string) => [
  `COPY (SELECT 1) TO '${inside}/x.csv'`,
  `EXPLAIN ANALYZE COPY (SELECT 1) TO '${inside}/x.csv'`,
  `EXPLAIN (ANALYZE) COPY (SELECT 1) TO '${inside}/x.csv'`,
  `explain/**/analyze/* */copy (SELECT 1) TO '${inside}/x.csv'`,
  `EXPLAIN -- SELECT\nANALYZE COPY (SELECT 1) TO '${inside}/x.csv'`,
  `-- a\n/* b */ EXPLAIN ANALYZE /* /* */ COPY (SELECT 1) TO '${inside}/x.csv'`,
  `EXPLAIN ANALYZE /* /* */ */ COPY (SELECT 1) TO '${inside}/x.csv'`,
  `EXPLAIN COPY (SELECT 1) TO '${inside}/x.csv'`,
  `EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1`,
  `EXPLAIN ANALYZE CREATE SECRET s (TYPE s3)`,
  `EXPLAIN ANALYZE PREPARE p AS COPY (SELECT 1) TO '${inside}/x.csv'`,
  `SELECT write_blob('${inside}/x.csv', 'x'::BLOB)`,
  `SELECT "write_blob"('${inside}/x.csv', 'x'::BLOB)`,
  `SELECT WRITE_BLOB('${inside}/x.csv', 'x'::BLOB)`,
  `SELECT main.write_blob('${inside}/x.csv', 'x'::BLOB)`,
  `SELECT system.main.write_blob('${inside}/x.csv', 'x'::BLOB)`,
  `SELECT '${inside}/x.csv'.write_blob('x'::BLOB)`,
  `SELECT list_transform(['${inside}/x.csv'], lambda p: write_blob(p, 'x'::BLOB))`,
  `SELECT 1 WHERE EXISTS (SELECT write_blob('${inside}/x.csv', 'x'::BLOB))`,
  `WITH w AS MATERIALIZED (SELECT write_blob('${inside}/x.csv', 'x'::BLOB)) FROM w`,
  `SELECT count(*) FILTER (write_blob('${inside}/x.csv', 'x'::BLOB) IS NULL) FROM sales`,
  `SELECT 1 ORDER BY write_blob('${inside}/x.csv', 'x'::BLOB)`,
  `DESCRIBE SELECT write_blob('${inside}/x.csv', 'x'::BLOB)`,
  `SUMMARIZE SELECT write_blob('${inside}/x.csv', 'x'::BLOB)`,
  `EXPLAIN ANALYZE SELECT write_blob('${inside}/x.csv', 'x'::BLOB)`,
  `PIVOT (SELECT write_blob('${inside}/x.csv', 'x'::BLOB) AS a) ON a IN ('x') USING count(*)`,
  `FROM query('SELECT write_blob(''${inside}/x.csv'', ''x''::BLOB)')`,
  `FROM query('SELECT write' || '_blob(''${inside}/x.csv'', ''x''::BLOB)')`,
  `SELECT copy_dir('${inside}/curated', '${inside}/copied')`,
  `FROM copy_dir('${inside}/curated', '${inside}/copied')`,
  `SELECT delta_set_transaction_version('sales', 'app', 1)`,
  `WITH x AS (COPY (SELECT 1) TO '${inside}/x.csv') SELECT 1`,
  `WITH x AS (INSERT INTO sales SELECT * FROM sales RETURNING *) FROM x`,
  `SELECT * FROM (COPY (SELECT 1) TO '${inside}/x.csv')`,
  `FROM query('COPY (SELECT 1) TO ''${inside}/x.csv''')`,
  `EXPORT DATABASE '${inside}/x.csv'`,
  `SELECT 1; COPY (SELECT 1) TO '${inside}/x.csv'`,
  `SELECT 1\uFF1B COPY (SELECT 1) TO '${inside}/x.csv'`,
  `SELECT 1 \u037E COPY (SELECT 1) TO '${inside}/x.csv'`,
  `CREATE TABLE x (a int)`,
  `CREATE MACRO m(p) AS write_blob(p, 'x'::BLOB)`,
  `CREATE OR REPLACE VIEW sales AS SELECT 1`,
  `DROP VIEW sales`,
  `ALTER VIEW sales RENAME TO other`,
  `COMMENT ON VIEW sales IS 'x'`,
  `DELETE FROM sales`,
  `UPDATE sales SET quantity = 1`,
  `TRUNCATE sales`,
  `MERGE INTO sales USING sales s ON false WHEN NOT MATCHED THEN INSERT`,
  `INSERT INTO sales SELECT * FROM sales`,
  `PREPARE p AS SELECT 1`,
  `EXECUTE p`,
  `ATTACH '${inside}/x.csv' AS x`,
  `ATTACH '${inside}/curated/sales' AS x (TYPE delta)`,
  `DETACH memory`,
  `USE memory`,
  `INSTALL json`,
  `LOAD json`,
  `SET enable_external_access = true`,
  `SET VARIABLE v = 1`,
  `RESET enable_external_access`,
  `PRAGMA enable_profiling`,
  `PRAGMA profiling_output = '${inside}/x.csv'`,
  `PRAGMA table_info('sales')`,
  `CALL enable_logging(storage = 'file', storage_path = '${inside}')`,
  `CALL pragma_version()`,
  `CHECKPOINT`,
  `VACUUM`,
  `BEGIN`,
  `CREATE SECRET s (TYPE s3)`,
  `;`,
  `-- nothing`,
]

const READERS = [
  "read_text",
  "read_blob",
  "read_csv",
  "read_csv_auto",
  "sniff_csv",
  "read_json",
  "read_json_objects",
  "read_parquet",
  "parquet_scan",
  "parquet_metadata",
  "parquet_schema",
  "parquet_file_metadata",
  "parquet_kv_metadata",
  "glob",
]

layer(services)("pos sql", (it) => {
  it.effect("writes nothing, however it is asked", () =>
    Effect.gen(function* () {
      const { folder } = yield* Tables
      const before = files(folder)
      yield* refused([...writing(folder), ...writing(outside)])
      assert.deepStrictEqual(files(folder), before)
      assert.deepStrictEqual(readdirSync(outside), ["secret.csv"])
    }),
  )

  it.effect("reads the lake, and neither files of this machine nor other hosts", () =>
    Effect.gen(function* () {
      const { folder } = yield* Tables
      const asked: Array<string> = []
      const server = createServer((request, response) => {
        asked.push(String(request.url))
        response.end("word\nhidden\n")
      })
      yield* Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)))
      const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const places = [secret, `file://${secret}`, `${folder}/../${secret}`, `${host}/x.csv`, "s3://other/x.csv"]
      const messages = yield* refused([
        ...places.flatMap((place) => READERS.map((reader) => `FROM ${reader}('${place}')`)),
        ...places.map((place) => `FROM '${place}'`),
        `FROM query('FROM ''${secret}''')`,
        `FROM query_table('${secret}')`,
        `SELECT (FROM read_text('${secret}'))`,
        ...[outside, `file://${outside}`, `${host}/t`, "s3://other/t", folder].flatMap((place) => [
          `FROM delta_scan('${place}')`,
          `FROM system.main.delta_scan('${place}')`,
          `FROM "delta_scan"('${place}')`,
          `FROM query('FROM del' || 'ta_scan(''${place}'')')`,
          `FROM delta_list_files('${place}')`,
          `FROM delta_domain_metadata('${place}')`,
        ]),
        `FROM glob('/*')`,
        `FROM glob('*')`,
        `FROM read_text('package.json')`,
        `FROM duckdb_secrets(redact = false)`,
        `SELECT getenv('HOME')`,
      ])
      server.close()
      assert.notInclude(messages.join("\n"), "hidden")
      assert.deepStrictEqual(asked, [])
      assert.deepStrictEqual(yield* refused([`FROM '${secret}'`]), [
        `${secret} cannot be read: a statement reads the tables only.\nTo read files of this machine too: --allow-local-files`,
      ])
    }),
  )

  it.effect("reads files of this machine when it may, and still writes none", () =>
    Effect.gen(function* () {
      const { folder } = yield* Tables
      const before = files(folder)
      const access = { localFiles: true }
      assert.deepStrictEqual(yield* ask(`FROM '${secret}'`, access), [{ word: "hidden" }])
      yield* refused([...writing(outside), ...writing(folder), "FROM 'http://127.0.0.1:1/x.csv'"], access)
      assert.deepStrictEqual(files(folder), before)
      assert.deepStrictEqual(readdirSync(outside), ["secret.csv"])
    }),
  )

  it.effect("answers every kind of question", () =>
    Effect.forEach(
      [
        "SELECT count(*) FROM sales;",
        "  -- how many\nFROM sales SELECT count(*) ;-- rows",
        "DESCRIBE sales",
        "SHOW TABLES",
        "SUMMARIZE sales",
        "TABLE sales",
        "VALUES (1)",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) FROM t",
        "PIVOT sales ON quantity IN (1, 2) USING count(*)",
        "FROM query_table(['sales'])",
        "EXPLAIN SELECT 1",
        "explain analyze select count(*) from sales",
        "EXPLAIN (FORMAT json) SELECT 1",
        "EXPLAIN ANALYZE (FROM sales)",
        "/* why */ EXPLAIN -- slow\n FROM sales",
        "SELECT 'explain; copy' AS \"write_blob\"",
        "FROM duckdb_secrets()",
      ],
      (sql) => Effect.map(ask(sql), (rows) => assert.isArray(rows, sql)),
      { discard: true },
    ),
  )

  it.effect("says that a PIVOT must name its values", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(ask("PIVOT sales ON quantity USING count(*)"))
      assert.include(message, "ON column IN (")
    }),
  )

  it.effect("refuses every function that the extensions bring", () =>
    Effect.gen(function* () {
      const functions = "SELECT DISTINCT function_name FROM duckdb_functions()"
      const alone = yield* Effect.promise(async () => {
        const instance = await DuckDBInstance.create(":memory:")
        const connection = await instance.connect()
        const found = await connection.runAndReadAll(functions)
        connection.closeSync()
        instance.closeSync()
        return new Set(names(found.getRowObjects()))
      })
      // Of the extensions in the folder a lake has only those that reading takes.
      const brought = names(yield* ask(functions)).filter((name) => !alone.has(name))
      assert.include(brought, "write_blob")
      assert.deepStrictEqual(
        brought.filter((name) => !isForbidden(name)),
        [],
      )
      assert.deepStrictEqual([...alone].filter(isForbidden), ["query"])
    }),
  )

  it("leaves what it was not to read as it was", () => {
    assert.strictEqual(readFileSync(secret, "utf8"), "word\nhidden\n")
    rmSync(outside, { recursive: true })
  })
})
