/** An Arrow IPC file (Feather, version 2): a record batch for each batch of rows. */
import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow"
import { Effect } from "effect"
import type { FileHandle } from "node:fs/promises"
import type { Json } from "../output/json.ts"
import { writing } from "./problems.ts"
import { type ExportedColumn, type TableFile, unchanged } from "./table-file.ts"

interface ArrowColumn {
  readonly field: Field
  readonly value: (cell: NonNullable<Json>) => unknown
}

const WORDS = [0n, 32n, 64n, 96n]

/** A decimal's digits as the four words of its 128 bits, the lowest first. */
const words = (cell: NonNullable<Json>): Uint32Array => {
  const bits = BigInt.asUintN(128, BigInt(String(cell).replace(".", "")))
  return Uint32Array.from(WORDS, (shift) => Number((bits >> shift) & 0xffff_ffffn))
}

const arrowColumn = ({ name, type }: ExportedColumn): ArrowColumn => {
  const column = (of: DataType, value: ArrowColumn["value"]) => ({ field: new Field(name, of, true), value })
  const [, precision, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
  if (precision !== undefined) return column(new Decimal(Number(scale), Number(precision), 128), words)
  switch (type) {
    case "BIGINT":
      return column(new Int64(), (cell) => BigInt(String(cell)))
    case "DATE":
      return column(new DateDay(), (cell) => new Date(`${String(cell)}T00:00:00Z`))
    case "BOOLEAN":
      return column(new Bool(), (cell) => cell)
    default:
      return column(new Utf8(), String)
  }
}

const batchOf = (schema: Schema, columns: ReadonlyArray<ArrowColumn>, rows: ReadonlyArray<ReadonlyArray<Json>>) => {
  const children = columns.flatMap(({ field, value }, at) => {
    const cells = rows.map((row) => row[at] ?? null).map((cell) => (cell === null ? null : value(cell)))
    return vectorFromArray(cells, field.type).data
  })
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children }),
  )
}

export const arrowFile = (handle: FileHandle, columns: ReadonlyArray<ExportedColumn>): TableFile => {
  const mapped = columns.map(arrowColumn)
  const schema = new Schema(mapped.map(({ field }) => field))
  const writer = new RecordBatchFileWriter()
  writer.reset(undefined, schema)
  const bytes = writer[Symbol.asyncIterator]()
  let next = bytes.next()
  /** What the writer holds goes into the file before more rows come, so that a large table needs no large memory. */
  const drain = async () => {
    for (;;) {
      const nothingYet = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))
      const found = await Promise.race([next, nothingYet])
      if (found === undefined || found.done === true) return
      await handle.appendFile(found.value)
      next = bytes.next()
    }
  }
  return {
    add: (rows) =>
      writing(async () => {
        writer.write(batchOf(schema, mapped, rows))
        await drain()
      }),
    finish: Effect.as(
      writing(async () => {
        writer.close()
        await drain()
      }),
      unchanged,
    ),
  }
}
