/** Codecs between a row as it is sent, text cells (CSV) or typed scalars (JSON, Parquet), and its typed values. */
import { BigDecimal, Effect, Result, Schema, SchemaGetter, SchemaIssue } from "effect"
import "./annotations.ts"
import { type CalendarReason, parseBoolean, parseDay, parseTimestamp, printTimestamp } from "./calendar.ts"
import type { Dataset } from "./dataset.ts"
import type { Parameters, Row } from "./expression/evaluate.ts"
import type { Field } from "./fields.ts"
import { cellReaders, ReadCell, type ReadsCell } from "./leniency/forms.ts"
import { type NumberReason, parseDecimal, parseDouble, parseInteger } from "./numbers.ts"
import type { Rule } from "./rule.ts"

/** Where a row comes from: a CSV knows only text, JSON and Parquet know numbers from texts. */
export type Source = "text" | "scalars"

const SPACES = /^[ \t]*$/

/** Text and its typed value, per column kind. */
const parse = (field: Field, text: string): Result.Result<unknown, NumberReason | CalendarReason> => {
  switch (field.column.kind) {
    case "text":
    case "oneOf":
      return Result.succeed(text)
    case "date":
      return parseDay(text)
    case "timestamp":
      return parseTimestamp(text)
    case "boolean":
      return parseBoolean(text)
    case "integer":
      return parseInteger(text)
    case "decimal":
      return parseDecimal(text, field.column)
    case "epochSeconds":
      return parseDouble(text)
  }
}

const print = (field: Field, value: unknown): string => {
  if (field.column.kind === "decimal") return BigDecimal.format(value as BigDecimal.BigDecimal)
  return field.column.kind === "timestamp" ? printTimestamp(value as number) : String(value)
}

/** Kinds whose values are texts where numbers are numbers: in JSON and Parquet. */
const WRITTEN = new Set<Field["column"]["kind"]>(["text", "oneOf", "date", "timestamp"])

/** The text that a scalar would have in a CSV, or nothing when its type is another than the column's. */
export const textOfScalar = (field: Field, scalar: unknown): string | undefined => {
  if (WRITTEN.has(field.column.kind)) return typeof scalar === "string" ? scalar : undefined
  if (field.column.kind === "boolean") return typeof scalar === "boolean" ? String(scalar) : undefined
  if (typeof scalar === "bigint") return scalar.toString()
  if (typeof scalar !== "number") return undefined
  return Number.isInteger(scalar) && !Object.is(scalar, -0) ? BigInt(scalar).toString() : String(scalar)
}

/** The text of a cell, as a CSV would have it; undefined when its type is another than the column's. */
export const textOf = (field: Field, cell: unknown, source: Source): string | undefined => {
  if (cell instanceof ReadCell) return cell.text
  return source === "text" ? String(cell) : textOfScalar(field, cell)
}

/** Reasons of texts that are written in another way than the column's. */
const UNREAD: ReadonlySet<string> = new Set(["not_an_integer", "not_a_number", "not_a_date", "not_a_timestamp"])

const invalid = (reason: string, input: unknown) => new SchemaIssue.InvalidValue({ reason, message: reason }, input)

/** One column's codec: a cell as it was sent on one side, the typed and checked value on the other. */
const cellCodec = (field: Field, source: Source): Schema.Codec<unknown, unknown> => {
  const decode = (cell: unknown): Effect.Effect<unknown, SchemaIssue.Issue> => {
    if (cell instanceof ReadCell && cell.problem !== undefined) return Effect.fail(invalid(cell.problem, cell))
    const text = textOf(field, cell, source)
    if (text === undefined) return Effect.fail(invalid("wrong_type", cell))
    const value = parse(field, text)
    if (Result.isSuccess(value)) return Effect.succeed(value.success)
    const other = cell instanceof ReadCell && cell.otherForm && UNREAD.has(value.failure)
    return Effect.fail(invalid(other ? "unexpected_form" : value.failure, cell))
  }
  return Schema.Unknown.pipe(
    Schema.decodeTo(field.schema as Schema.Codec<unknown>, {
      decode: SchemaGetter.transformEffect(decode),
      encode: SchemaGetter.transform((value) => print(field, value)),
    }),
  )
}

/** Nothing was sent: no cell, an empty text, or only spaces and tabs where a number, a day or the like belongs. */
const isMissing = ({ column }: Pick<Field, "column">, cell: unknown, source: Source): boolean => {
  if (cell === undefined || cell === null) return true
  if (cell instanceof ReadCell) return isMissing({ column }, cell.text, "text")
  if (column.kind === "text" || column.kind === "oneOf") return cell === ""
  if (source === "text") return SPACES.test(String(cell))
  return WRITTEN.has(column.kind) && typeof cell === "string" && SPACES.test(cell)
}

const sentCells =
  (data: Dataset, source: Source, readers: ReadonlyMap<string, ReadsCell>) =>
  (row: Row): Row =>
    Object.fromEntries(
      data.fields.flatMap((field) => {
        const sent = row[field.name]
        const cell = readers.get(field.name)?.(sent, source) ?? sent
        return isMissing(field, cell, source) ? [] : [[field.name, cell]]
      }),
    )

/** As `presentCells`, for many rows of a file with this `key`: what is declared of how it may be written is read. */
export const cellsOf = (data: Dataset, source: Source, key?: string): ((row: Row) => Row) =>
  sentCells(data, source, cellReaders(data, key))

/** Missing cells are left out: an optional key is absent or has a value. */
export const presentCells = (data: Dataset, row: Row, source: Source): Row => cellsOf(data, source)(row)

/**
 * The codec of a whole valid row, its error rules included: decoding succeeds exactly for the rows that load.
 * Missing cells must be left out, as `presentCells` does.
 */
export const rowCodec = (data: Dataset, source: Source, parameters: Parameters = {}): Schema.Codec<Row, Row> =>
  withChecks(
    cellsCodec(data.fields, source),
    data.rules.filter((r) => r.severity === "error"),
    parameters,
  )

/** The codec of some columns, without rules. */
export const cellsCodec = (fields: ReadonlyArray<Field>, source: Source): Schema.Codec<Row, Row> =>
  Schema.Struct(
    Object.fromEntries(
      fields.map((field) => {
        const codec = cellCodec(field, source)
        return [field.name, field.required ? codec : Schema.optionalKey(codec)]
      }),
    ),
  ) as never

/** The same with rules about these columns. */
export const withChecks = (codec: Schema.Codec<Row, Row>, rules: ReadonlyArray<Rule>, parameters: Parameters) => {
  const [first, ...rest] = rules.map((rule) => rule.check(parameters))
  return first === undefined ? codec : codec.check(first, ...rest)
}
