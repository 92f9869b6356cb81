/** Parquet and XLSX, which DuckDB writes: rows are kept in a file of its own until the last one is there. */
import { DuckDBDataChunk, DuckDBInstance, VARCHAR } from "@duckdb/node-api"
import { Effect } from "effect"
import { join } from "node:path"
import { InvalidRequest } from "../errors.ts"
import { identifier, literal } from "../lake.ts"
import type { Json } from "../output/json.ts"
import { writing } from "./problems.ts"
import { type Changed, type ExportedColumn, type TableFile, unchanged } from "./table-file.ts"

/** Rows of a sheet below its header. */
const SHEET_ROWS = 1_048_575
/** Characters of a cell. */
const CELL_CHARACTERS = 32_767
/** Digits that a spreadsheet keeps of a number. */
const NUMBER_DIGITS = 15

/** Rows that DuckDB takes at once. */
const CHUNK = 2048

export interface Place {
  /** The file that is written. */
  readonly file: string
  /** A folder for what is kept meanwhile. */
  readonly scratch: string
}

const NUMBER = /^(DECIMAL|BIGINT|INTEGER|DOUBLE)/

/** Digits that count: none of the zeros at the beginning, and none of those behind the point at the end. */
const digitsOf = (text: string): number => {
  const [whole = "", behind = ""] = text.replace("-", "").split(".")
  return `${whole}${behind.replace(/0+$/, "")}`.replace(/^0+/, "").length
}

/**
 * What XML can't hold is written as OOXML writes it, `_x0001_`, and a text that looks like that already likewise. A carriage
 * return would be read as a line feed.
 */
const cellText = (text: string): string =>
  text.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_").replaceAll(
    // oxlint-disable-next-line no-control-regex -- these are the ones that XML 1.0 does not allow
    /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/g,
    (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
  )

/**
 * A text as a value of the type. DuckDB reads decimals of more than 18 digits forty times slower than shorter ones, and few numbers
 * are that long. The texts have exactly the digits behind the point that the type has, so that nothing is rounded.
 */
const castOf = (column: string, type: string): string => {
  const [, precision, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
  const whole = `CAST(${column} AS ${type})`
  return Number(precision ?? 0) <= 18 || Number(scale) > 18
    ? whole
    : `coalesce(CAST(TRY_CAST(${column} AS DECIMAL(18, ${scale})) AS ${type}), ${whole})`
}

/** The rows as texts, and how they become a file. */
const staged = Effect.fnUntraced(function* (place: Place, columns: ReadonlyArray<ExportedColumn>) {
  const instance = yield* Effect.acquireRelease(
    writing(() =>
      DuckDBInstance.create(join(place.scratch, "rows.duckdb"), {
        allow_unsigned_extensions: "true",
        autoinstall_known_extensions: "false",
        autoload_known_extensions: "false",
      }),
    ),
    (opened) => Effect.sync(() => opened.closeSync()),
  )
  const connection = yield* Effect.acquireRelease(
    writing(() => instance.connect()),
    (opened) => Effect.sync(() => opened.closeSync()),
  )
  const names = columns.map(({ name }) => `${identifier(name)} VARCHAR`)
  yield* writing(() => connection.run(`CREATE TABLE "rows" (${names.join(", ")})`))
  const appender = yield* writing(() => connection.createAppender("rows"))
  const add = (rows: ReadonlyArray<ReadonlyArray<string | null>>) =>
    writing(async () => {
      for (let at = 0; at < rows.length; at += CHUNK) {
        const chunk = DuckDBDataChunk.create(
          columns.map(() => VARCHAR),
          Math.min(CHUNK, rows.length - at),
        )
        chunk.setRows(rows.slice(at, at + CHUNK).map((row) => [...row]))
        appender.appendDataChunk(chunk)
      }
    })
  const copy = (types: ReadonlyArray<string>, options: string) =>
    writing(async () => {
      appender.closeSync()
      const selected = columns.map(
        ({ name }, at) => `${castOf(identifier(name), types[at] ?? "VARCHAR")} AS ${identifier(name)}`,
      )
      await connection.run(`COPY (SELECT ${selected.join(", ")} FROM "rows") TO ${literal(place.file)} (${options})`)
    })
  return { connection, add, copy }
})

const textOf = (cell: Json): string | null =>
  cell === null ? null : typeof cell === "object" ? JSON.stringify(cell) : String(cell)

export const parquetFile = Effect.fnUntraced(function* (place: Place, columns: ReadonlyArray<ExportedColumn>) {
  const { add, copy } = yield* staged(place, columns)
  const types = columns.map(({ type }) => type)
  return {
    add: (rows) => add(rows.map((row) => row.map(textOf))),
    finish: Effect.as(copy(types, "FORMAT parquet, COMPRESSION zstd"), unchanged),
  } satisfies TableFile
})

export interface Sheet extends Place {
  /** DuckDB's extension `excel`. */
  readonly extension: string
  readonly title: string
}

/** All texts are inline strings, which no spreadsheet takes for a formula. */
export const xlsxFile = Effect.fnUntraced(function* (sheet: Sheet, columns: ReadonlyArray<ExportedColumn>) {
  const { add, connection, copy } = yield* staged(sheet, columns)
  yield* writing(() => connection.run(`LOAD ${literal(sheet.extension)}`))
  const long = new Set<number>()
  let count = 0
  let widest = 0
  const cellOf = ({ type }: ExportedColumn, cell: Json, at: number): string | null => {
    const text = textOf(cell)
    if (text === null) return null
    if (NUMBER.test(type)) {
      if (digitsOf(text) > NUMBER_DIGITS) long.add(at)
      return text
    }
    widest = Math.max(widest, text.length)
    return cellText(text)
  }
  const finish = Effect.gen(function* () {
    const most = count > SHEET_ROWS ? `${count.toLocaleString("en")} rows, and a sheet holds 1,048,575` : undefined
    const wide = widest > CELL_CHARACTERS ? `a text of ${widest} characters, and a cell holds 32,767` : undefined
    const problem = most ?? wide
    if (problem !== undefined)
      return yield* new InvalidRequest({
        problem: `${sheet.title} has ${problem}.`,
        remedy: "Export less (--date), or as --csv, --parquet or --arrow.",
      })
    const types = columns.map(({ type }, at) => (long.has(at) ? "VARCHAR" : type))
    yield* copy(types, `FORMAT xlsx, HEADER true, SHEET ${literal(sheet.title.slice(0, 31))}`)
    const asText = columns.filter((_column, at) => long.has(at)).map(({ name }) => name)
    return { guarded: 0, asText } satisfies Changed
  })
  return {
    add: (rows) => {
      count += rows.length
      return add(rows.map((row) => columns.map((column, at) => cellOf(column, row[at] ?? null, at))))
    },
    finish,
  } satisfies TableFile
})
