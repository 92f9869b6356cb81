/**
 * The reference meaning of a row: Effect's own decoding of the contract's Schema, from text cells (CSV) or from typed
 * scalars (JSON, Parquet), with its issues told as reason codes. Engines must agree with it value by value.
 */
import { BigDecimal, Effect, Result, Schema, SchemaGetter, SchemaIssue } from "effect"
import "./annotations.ts"
import type { Dataset } from "./dataset.ts"
import type { Parameters, Row } from "./expression/evaluate.ts"
import type { Field } from "./fields.ts"
import { losesPrecision, type NumberReason, parseDecimal, parseDouble, parseInteger } from "./numbers.ts"
import { isAboutOneColumn, type Rule, type Severity } from "./rule.ts"

/** Where a row comes from: a CSV knows only text, JSON and Parquet know numbers from texts. */
export type Source = "text" | "scalars"

export interface Violation {
  /** A rule's id, or `<column>.<code>` for what the column's own Schema says. */
  readonly rule: string
  readonly code: string
  readonly severity: Severity
  readonly column: string
}

export interface Reading {
  /** In the order of the columns, then of the rules. A column has at most one reason of its own. */
  readonly violations: ReadonlyArray<Violation>
  /** The values of the columns that are valid; the row, when no violation is an error. */
  readonly values: Row
}

const SPACES = /^[ \t]*$/

/** Text and its typed value, per column kind. */
const parse = (field: Field, text: string): Result.Result<unknown, NumberReason> => {
  switch (field.column.kind) {
    case "text":
    case "date":
      return Result.succeed(text)
    case "integer":
      return parseInteger(text)
    case "decimal":
      return parseDecimal(text, field.column)
    case "epochSeconds":
      return parseDouble(text)
  }
}

const print = (field: Field, value: unknown): string =>
  field.column.kind === "decimal" ? BigDecimal.format(value as BigDecimal.BigDecimal) : String(value)

/** The text that a scalar would have in a CSV, or nothing when its type is another than the column's. */
const textOfScalar = (field: Field, scalar: unknown): string | undefined => {
  if (field.column.kind === "text" || field.column.kind === "date")
    return typeof scalar === "string" ? scalar : undefined
  if (typeof scalar === "bigint") return scalar.toString()
  if (typeof scalar !== "number") return undefined
  return Number.isInteger(scalar) && !Object.is(scalar, -0) ? BigInt(scalar).toString() : String(scalar)
}

const invalid = (reason: string, input: unknown) => new SchemaIssue.InvalidValue({ reason, message: reason }, input)

/** One column's codec: a cell as it was sent on one side, the typed and checked value on the other. */
const cellCodec = (field: Field, source: Source): Schema.Codec<unknown, unknown> => {
  const decode = (cell: unknown): Effect.Effect<unknown, SchemaIssue.Issue> => {
    const text = source === "text" ? String(cell) : textOfScalar(field, cell)
    if (text === undefined) return Effect.fail(invalid("wrong_type", cell))
    const value = parse(field, text)
    return Result.isSuccess(value) ? Effect.succeed(value.success) : Effect.fail(invalid(value.failure, cell))
  }
  return Schema.Unknown.pipe(
    Schema.decodeTo(field.schema as Schema.Codec<unknown>, {
      decode: SchemaGetter.transformEffect(decode),
      encode: SchemaGetter.transform((value) => print(field, value)),
    }),
  )
}

/** Nothing was sent: no cell, an empty text, or in a CSV only spaces and tabs where a number belongs. */
const isMissing = ({ column }: Field, cell: unknown, source: Source): boolean => {
  if (cell === undefined || cell === null) return true
  if (column.kind === "text") return cell === ""
  return source === "text" && SPACES.test(String(cell))
}

/** Missing cells are left out: an optional key is absent or has a value. */
export const presentCells = (data: Dataset, row: Row, source: Source): Row =>
  Object.fromEntries(
    data.fields.flatMap((field) => (isMissing(field, row[field.name], source) ? [] : [[field.name, row[field.name]]])),
  )

/**
 * The codec of a whole valid row, its error rules included: decoding succeeds exactly for the rows that load.
 * Missing cells must be left out, as `presentCells` does.
 */
export const rowCodec = (data: Dataset, source: Source, parameters: Parameters = {}): Schema.Codec<Row, Row> =>
  withChecks(
    structOf(data.fields, source),
    data.rules.filter((r) => r.severity === "error"),
    parameters,
  )

const structOf = (fields: ReadonlyArray<Field>, source: Source): Schema.Codec<Row, Row> =>
  Schema.Struct(
    Object.fromEntries(
      fields.map((field) => {
        const codec = cellCodec(field, source)
        return [field.name, field.required ? codec : Schema.optionalKey(codec)]
      }),
    ),
  ) as never

const withChecks = (codec: Schema.Codec<Row, Row>, rules: ReadonlyArray<Rule>, parameters: Parameters) => {
  const [first, ...rest] = rules.map((rule) => rule.check(parameters))
  return first === undefined ? codec : codec.check(first, ...rest)
}

const decodeAll = (codec: Schema.Codec<Row, Row>, cells: Row) =>
  Schema.decodeUnknownResult(codec, { errors: "all" })(cells)

/** The first reason of each column in an issue tree. */
const reasonsByColumn = (issue: SchemaIssue.Issue, path: ReadonlyArray<PropertyKey> = []): Map<string, string> => {
  const column = String(path[0] ?? "")
  switch (issue._tag) {
    case "Pointer":
      return reasonsByColumn(issue.issue, [...path, ...issue.path])
    case "Composite": {
      const all = issue.issues.flatMap((inner) => [...reasonsByColumn(inner, path)])
      return new Map(all.toReversed())
    }
    case "Filter":
      return new Map([[column, issue.filter.annotations?.reason ?? "out_of_range"]])
    case "Encoding":
      return reasonsByColumn(issue.issue, path)
    case "MissingKey":
      return new Map([[column, "missing_value"]])
    case "InvalidValue":
      return new Map([[column, issue.annotations?.reason as string]])
    default:
      return new Map([[column, "wrong_type"]])
  }
}

/** Reads one row: what is wrong with it, and the typed values of what is not. */
export const read = (
  data: Dataset,
  row: Row,
  { source, parameters = {} }: { readonly source: Source; readonly parameters?: Parameters },
): Reading => {
  const cells = presentCells(data, row, source)
  const decoded = decodeAll(structOf(data.fields, source), cells)
  const reasons = Result.isSuccess(decoded) ? new Map<string, string>() : reasonsByColumn(decoded.failure.issue)

  const ruleOfColumn = new Map<string, Rule>()
  const sound = (rule: Rule) => rule.columns.every((column) => !reasons.has(column))
  const valuesOf = (names: (name: string) => boolean): Row => {
    const fields = data.fields.filter((field) => names(field.name))
    // A Struct without fields accepts whatever it gets and keeps it.
    if (fields.length === 0) return {}
    const result = decodeAll(structOf(fields, source), cells)
    return Result.isSuccess(result) ? result.success : {}
  }
  const broken = (rule: Rule): boolean => {
    if (!sound(rule)) return false
    const fields = data.fields.filter((field) => rule.columns.includes(field.name))
    return Result.isFailure(decodeAll(withChecks(structOf(fields, source), [rule], parameters), cells))
  }

  for (const rule of data.rules.filter(isAboutOneColumn)) {
    if (broken(rule)) {
      reasons.set(rule.column, rule.id)
      ruleOfColumn.set(rule.column, rule)
    }
  }
  const values = valuesOf((name) => !reasons.has(name))
  const ofColumns = data.fields.flatMap(({ name }): ReadonlyArray<Violation> => {
    const code = reasons.get(name)
    if (code === undefined) return []
    return [{ rule: ruleOfColumn.get(name)?.id ?? `${name}.${code}`, code, severity: "error", column: name }]
  })
  const ofRules = data.rules
    .filter((rule) => !isAboutOneColumn(rule) && broken(rule))
    .map((rule): Violation => ({ rule: rule.id, code: rule.id, severity: rule.severity, column: rule.column }))
  const ofRounding = data.fields.filter((field) => {
    if (field.column.kind !== "decimal" || values[field.name] === undefined) return false
    const text = source === "text" ? String(cells[field.name]) : textOfScalar(field, cells[field.name])
    return losesPrecision(text ?? "", values[field.name] as BigDecimal.BigDecimal)
  })
  return {
    violations: [
      ...ofColumns,
      ...ofRules,
      ...ofRounding.map(({ name }): Violation => ({
        rule: `${name}.precision_lost`,
        code: "precision_lost",
        severity: "warning",
        column: name,
      })),
    ],
    values,
  }
}
