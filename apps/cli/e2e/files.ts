/** Lines as files in the formats that suppliers send, and the ways in which they go wrong. */
import { DuckDBInstance } from "@duckdb/node-api"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import { decimal, type Line } from "./sales.ts"

type Row = Record<string, string | number | null>

export const row = (line: Line) =>
  ({
    transaction_id: line.transaction_id,
    receipt_id: line.receipt,
    store_id: line.store_id,
    product_id: line.product_id,
    quantity: line.quantity,
    revenue: decimal(line.revenue),
    discount_applied: line.discount === null ? null : decimal(line.discount),
    timestamp: line.timestamp,
  }) satisfies Row

const COLUMNS = [
  "transaction_id",
  "receipt_id",
  "store_id",
  "product_id",
  "quantity",
  "revenue",
  "discount_applied",
  "timestamp",
]

interface Dialect {
  readonly delimiter?: string
  readonly newline?: string
  readonly bom?: boolean
  readonly columns?: ReadonlyArray<string>
}

export const csv = (rows: ReadonlyArray<Row>, dialect: Dialect = {}): string => {
  const { delimiter = ",", newline = "\n", bom = false, columns = COLUMNS } = dialect
  const lines = [columns, ...rows.map((one) => columns.map((column) => one[column] ?? ""))]
  return (bom ? "\uFEFF" : "") + lines.map((cells) => cells.join(delimiter) + newline).join("")
}

/** Money as JSON numbers, as tills write it. */
export const jsonl = (rows: ReadonlyArray<Row>): string =>
  rows
    .map((one) => {
      const cells = Object.entries(one).filter(([, value]) => value !== null)
      const typed = cells.map(([name, value]) => [
        name,
        name === "revenue" || name === "discount_applied" ? Number(value) : value,
      ])
      return `${JSON.stringify(Object.fromEntries(typed))}\n`
    })
    .join("")

/** Written by DuckDB from CSV; the types are the ones given. */
export const parquet = async (path: string, rows: ReadonlyArray<Row>, types: Record<string, string> = {}) => {
  const all: Record<string, string> = {
    transaction_id: "VARCHAR",
    receipt_id: "VARCHAR",
    store_id: "BIGINT",
    product_id: "BIGINT",
    quantity: "INTEGER",
    revenue: "DOUBLE",
    discount_applied: "DOUBLE",
    timestamp: "BIGINT",
    ...types,
  }
  const instance = await DuckDBInstance.create(":memory:")
  const connection = await instance.connect()
  const source = `${path}.source.csv`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(source, csv(rows))
  const columns = Object.entries(all).map(([name, type]) => `'${name}': '${type}'`)
  await connection.run(
    `COPY (FROM read_csv('${source}', header = true, columns = {${columns.join(", ")}})) TO '${path}' (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
  rmSync(source)
}

export const write = (folder: string, name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

export const gzip = (content: string): Uint8Array => gzipSync(content)
