/** Files of `pos export`, read back by DuckDB, polars and Python's own libraries. */
import { DuckDBInstance } from "@duckdb/node-api"
import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schema, Stream } from "effect"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Exported, type Format } from "../src/export/document.ts"
import { exportRows } from "../src/export/export.ts"
import { checkPlace } from "../src/export/place.ts"
import type { QueryResult } from "../src/lake.ts"
import type { Json } from "../src/output/json.ts"
import { Progress } from "../src/output/progress.ts"
import { Workspace } from "../src/workspace/workspace.ts"
import { root } from "./cli.ts"

const COLUMNS = [
  { name: "date", type: "DATE" },
  { name: 'the "text"', type: "VARCHAR" },
  { name: "count", type: "BIGINT" },
  { name: "amount", type: "DECIMAL(28,4)" },
  { name: "sum", type: "DECIMAL(28,0)" },
  { name: "open", type: "BOOLEAN" },
]

/** What a spreadsheet would compute, or could not hold as it is. */
const HOSTILE = [
  "=1+1",
  "+1",
  "-1+2",
  '@SUM(A1:A9)*cmd|"/c calc"!A0',
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  "＝1+1",
  "x;=1+1;y",
  "x\n=1+1",
  '=HYPERLINK("http://evil.example","x")',
]
const HARMLESS = ["a,b", 'say "hi"', "", "ü 🙂", "<b>&amp;", "a-b", "1-2", "_x0041_", "it's"]

const row = (text: string | null, at: number): ReadonlyArray<Json> => [
  at === 1 ? null : `2026-01-${String(1 + (at % 28)).padStart(2, "0")}`,
  text,
  at === 0 ? "-9223372036854775808" : at,
  at === 0 ? "-123456789012345678901234.5678" : `-${at}.5000`,
  at,
  at % 2 === 0,
]
const texts = [...HOSTILE, ...HARMLESS, null]
const ROWS = texts.map(row)

const result = (rows: ReadonlyArray<ReadonlyArray<Json>>): QueryResult => ({
  columns: COLUMNS,
  batches: Stream.fromIterable([rows.slice(0, 5), rows.slice(5)]),
})

const folder = mkdtempSync(join(tmpdir(), "pos-export-"))
let made = 0

/** Exports rows into a file of a new name; nothing else may be left in the folder. */
const exported = Effect.fnUntraced(function* (format: Format, rows: QueryResult = result(ROWS)) {
  made += 1
  const file = join(folder, `made-${made}.${format}`)
  const summary = yield* exportRows(rows, { kpi: "a_kpi", format, file, overwrite: false })
  Schema.decodeUnknownSync(Exported, { onExcessProperty: "error" })(JSON.parse(JSON.stringify(summary)))
  assert.strictEqual(summary.bytes, readFileSync(file).length)
  assert.deepStrictEqual(
    readdirSync(folder).filter((name) => name.startsWith(".")),
    [],
  )
  return { file, summary }
})

/** What DuckDB reads, as texts. */
const read = (from: string) =>
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(":memory:", { allow_unsigned_extensions: "true" })
    const connection = await instance.connect()
    const place = join(root, ".venv/duckdb-extensions")
    const excel = readdirSync(place, { recursive: true })
      .map(String)
      .find((path) => path.endsWith("/excel.duckdb_extension"))
    await connection.run(`LOAD '${join(place, excel ?? "")}'`)
    const rows = (await connection.runAndReadAll(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ${from}`)).getRows()
    const types = (await connection.runAndReadAll(`DESCRIBE FROM ${from}`)).getRows().map(([, type]) => String(type))
    instance.closeSync()
    return { rows, types }
  })

const asTexts = (rows: ReadonlyArray<ReadonlyArray<Json>>) =>
  rows.map((cells) => cells.map((cell) => (cell === null ? null : String(cell))))

const python = (code: string, file: string): unknown =>
  JSON.parse(
    execFileSync(join(root, ".venv/glue-spark/bin/python"), ["-c", code, file], { encoding: "utf8" }),
  ) as unknown

const POLARS = `
import json, sys
import polars as pl
frame = getattr(pl, "READER")(sys.argv[1])
print(json.dumps([[None if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in row] for row in frame.rows()]))
`

const services = Layer.mergeAll(Workspace.layer, Progress.layerSilent).pipe(Layer.provideMerge(NodeServices.layer))

layer(services, { timeout: "60 seconds" })("an exported file", (it) => {
  it.effect("of Parquet has every value and every type", () =>
    Effect.gen(function* () {
      const { file, summary } = yield* exported("parquet")
      const found = yield* read(`read_parquet('${file}')`)
      assert.deepStrictEqual(found.rows, asTexts(ROWS))
      assert.deepStrictEqual(
        found.types,
        COLUMNS.map(({ type }) => type),
      )
      assert.deepStrictEqual(python(POLARS.replace("READER", "read_parquet"), file), asTexts(ROWS))
      assert.deepStrictEqual([summary.rows, summary.guarded, summary.asText], [ROWS.length, 0, []])
    }),
  )

  it.effect("of Arrow has every value", () =>
    Effect.gen(function* () {
      const { file, summary } = yield* exported("arrow")
      assert.deepStrictEqual(python(POLARS.replace("READER", "read_ipc"), file), asTexts(ROWS))
      assert.deepStrictEqual(
        summary.columns,
        COLUMNS.map(({ name }) => name),
      )
    }),
  )

  it.effect("of CSV has no cell that is a formula, whichever way a spreadsheet divides it", () =>
    Effect.gen(function* () {
      const { file, summary } = yield* exported("csv")
      const text = readFileSync(file, "utf8")
      const numbers = /^-[0-9.]+$/
      for (const separator of [",", ";", "\t", "|"])
        for (const cell of text.split(new RegExp(`[${separator}\r\n]`)).filter((one) => !numbers.test(one)))
          assert.notMatch(cell, /^"?[=+@＝-]/, JSON.stringify(cell))
      const found = yield* read(
        `read_csv('${file}', all_varchar = true, allow_quoted_nulls = false, quote = '"', escape = '"', new_line = '\\r\\n')`,
      )
      const guarded = (cell: string | null) =>
        cell === null || !HOSTILE.includes(cell) ? cell : (found.rows[texts.indexOf(cell)]?.[1] as string)
      assert.deepStrictEqual(
        found.rows,
        asTexts(ROWS).map((cells) => cells.map((cell, at) => (at === 1 ? guarded(cell) : cell))),
      )
      assert.deepStrictEqual(
        found.rows.slice(0, HOSTILE.length).map(([, cell]) => String(cell).replaceAll("'", "")),
        HOSTILE,
      )
      assert.strictEqual(summary.guarded, HOSTILE.length)
    }),
  )

  it.effect("of Excel has texts, numbers with all their digits, and no formula", () =>
    Effect.gen(function* () {
      const { file, summary } = yield* exported("xlsx")
      const sheet = python(
        `
import json, sys, xml.etree.ElementTree as tree, zipfile
sheet = tree.fromstring(zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet1.xml"))
name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
print(json.dumps({
    "formulas": len(sheet.findall(f".//{name}f")),
    "texts": [cell.find(f"{name}is/{name}t").text or "" for cell in sheet.iter(f"{name}c") if cell.get("r").startswith("B")],
    "kinds": [cell.get("t") for cell in sheet.iter(f"{name}c") if cell.get("r") in ("B2", "C2", "D2", "E2", "C3", "D3")],
}))`,
        file,
      ) as { readonly formulas: number; readonly texts: ReadonlyArray<string>; readonly kinds: ReadonlyArray<unknown> }
      assert.strictEqual(sheet.formulas, 0)
      assert.deepStrictEqual(sheet.texts, [
        'the "text"',
        ...[...HOSTILE, ...HARMLESS].map((cell) => cell.replace("\r", "_x000D_").replace("_x0041_", "_x005F_x0041_")),
      ])
      // Two columns have a number of more than 15 digits: as numbers they would lose some.
      assert.deepStrictEqual(summary.asText, ["count", "amount"])
      assert.deepStrictEqual(sheet.kinds, ["inlineStr", "inlineStr", "inlineStr", null, "inlineStr", "inlineStr"])
      const { rows } = yield* read(`read_xlsx('${file}', header = true)`)
      assert.strictEqual(rows[0]?.[3], "-123456789012345678901234.5678")
      assert.strictEqual(rows[3]?.[0], "2026-01-04")
    }),
  )

  it.effect.each(["csv", "parquet", "xlsx", "arrow"] as const)("of %s without rows has its columns", (format) =>
    Effect.gen(function* () {
      const { file, summary } = yield* exported(format, { columns: COLUMNS, batches: Stream.empty })
      assert.strictEqual(summary.rows, 0)
      if (format === "arrow")
        assert.deepStrictEqual(
          python(POLARS.replace("READER", "read_ipc").replace("frame.rows()", "[frame.columns]"), file),
          [COLUMNS.map(({ name }) => name)],
        )
      else
        assert.lengthOf(
          (yield* read(format === "xlsx" ? `read_xlsx('${file}', header = true, all_varchar = true)` : `'${file}'`))
            .types,
          COLUMNS.length,
        )
    }),
  )

  it.effect("is there whole or not at all, and replaces none unasked", () =>
    Effect.gen(function* () {
      const file = join(folder, "mine.csv")
      const wanted = { kpi: "a_kpi", format: "csv", file, overwrite: false } as const
      const broken: QueryResult = {
        columns: COLUMNS,
        batches: Stream.concat(Stream.succeed(ROWS), Stream.die(new Error("cut off"))),
      }
      yield* Effect.exit(exportRows(broken, wanted))
      assert.isFalse(existsSync(file))
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => name.startsWith(".")),
        [],
      )
      writeFileSync(file, "mine")
      assert.match((yield* Effect.flip(checkPlace(wanted))).message, /mine\.csv exists already\.\n.*--overwrite/)
      yield* Effect.exit(exportRows(result(ROWS), wanted))
      assert.strictEqual(readFileSync(file, "utf8"), "mine")
      yield* checkPlace({ file, overwrite: true })
      yield* exportRows(result(ROWS), { ...wanted, overwrite: true })
      assert.notStrictEqual(readFileSync(file, "utf8"), "mine")
      const nowhere = yield* Effect.flip(checkPlace({ file: join(folder, "no/such.csv"), overwrite: false }))
      assert.match(nowhere.message, /^The folder of .* does not exist/)
      const onFolder = yield* Effect.flip(checkPlace({ file: folder, overwrite: true }))
      assert.match(onFolder.message, /is a folder, which is not replaced\.\n/)
      const onDevice = yield* Effect.flip(checkPlace({ file: "/dev/null", overwrite: true }))
      assert.match(onDevice.message, /^\/dev\/null is no ordinary file, which is not replaced\.\n/)
    }),
  )

  it.effect("of Excel refuses what no sheet holds, in a sentence", () =>
    Effect.gen(function* () {
      const long: QueryResult = { columns: COLUMNS, batches: Stream.succeed([row("x".repeat(32_768), 2)]) }
      const error = yield* Effect.flip(
        exportRows(long, { kpi: "a_kpi", format: "xlsx", file: join(folder, "l.xlsx"), overwrite: false }),
      )
      assert.match(error.message, /^a_kpi has a text of 32768 characters, and a cell holds 32,767\./)
      const column = [{ name: "n", type: "BIGINT" }]
      const rows = Array.from({ length: 2048 }, (_, at) => [at])
      const many: QueryResult = {
        columns: column,
        batches: Stream.fromIterable(Array.from({ length: 513 }, () => rows)),
      }
      const other = yield* Effect.flip(
        exportRows(many, { kpi: "a_kpi", format: "xlsx", file: join(folder, "m.xlsx"), overwrite: false }),
      )
      assert.match(other.message, /^a_kpi has 1,050,624 rows, and a sheet holds 1,048,575\./)
    }),
  )

  it.effect("goes", () => Effect.sync(() => rmSync(folder, { recursive: true })))
})
