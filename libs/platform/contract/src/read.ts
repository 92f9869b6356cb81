/**
 * The reference meaning of a row: Effect's own decoding of the contract's Schema, with its issues told as reason codes.
 * Engines must agree with it value by value.
 */
import { Result, Schema, type SchemaIssue } from "effect"
import { cellsCodec, cellsOf, type Source, textOf, withChecks } from "./codec.ts"
import type { Dataset } from "./dataset.ts"
import type { Parameters, Row } from "./expression/evaluate.ts"
import type { Field } from "./fields.ts"
import { losesPrecision } from "./numbers.ts"
import { isAboutOneColumn, type Rule, type Severity } from "./rule.ts"

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

export interface ReadOptions {
  readonly source: Source
  /** What the run knows; rules that read a parameter hold until it is given. */
  readonly parameters?: Parameters
  /** The key of the file, such as `incoming/acme/2026-03-01.csv`: suppliers may have declared forms of their own. */
  readonly key?: string
}

const decoder = (codec: Schema.Codec<Row, Row>) => Schema.decodeUnknownResult(codec, { errors: "all" })

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

const violation = ({ id, severity, column }: Rule): Violation => ({ rule: id, code: id, severity, column })

/** Reads rows of one dataset from one kind of source: what is wrong with each, and the typed values of what is not. */
export const reader = (data: Dataset, { source, key, parameters = {} }: ReadOptions): ((row: Row) => Reading) => {
  const present = cellsOf(data, source, key)
  const decodeCells = decoder(cellsCodec(data.fields, source))
  const rules = data.rules.map((rule) => {
    const fields = data.fields.filter((field) => rule.columns.includes(field.name))
    return { rule, keeps: decoder(withChecks(cellsCodec(fields, source), [rule], parameters)) }
  })

  /** The typed values of the columns that have no reason against them. */
  const soundValues = (cells: Row, reasons: ReadonlyMap<string, string>): Row => {
    const fields = data.fields.filter((field) => !reasons.has(field.name))
    // A Struct without fields accepts whatever it gets and keeps it.
    if (fields.length === 0) return {}
    return Result.getOrElse(decoder(cellsCodec(fields, source))(cells), () => ({}))
  }

  const losesDigits = (field: Field, cells: Row, values: Row): boolean => {
    if (field.column.kind !== "decimal" || values[field.name] === undefined) return false
    return losesPrecision(textOf(field, cells[field.name], source) ?? "", field.column.scale)
  }

  return (row) => {
    const cells = present(row)
    const decoded = decodeCells(cells)
    const reasons = Result.isSuccess(decoded) ? new Map<string, string>() : reasonsByColumn(decoded.failure.issue)
    const isBroken = ({ rule, keeps }: (typeof rules)[number]): boolean =>
      rule.columns.every((column) => !reasons.has(column)) && Result.isFailure(keeps(cells))

    const own = new Set<string>()
    for (const one of rules) {
      if (!isAboutOneColumn(one.rule) || !isBroken(one)) continue
      reasons.set(one.rule.column, one.rule.id)
      own.add(one.rule.column)
    }
    const values = Result.isSuccess(decoded) && reasons.size === 0 ? decoded.success : soundValues(cells, reasons)
    const ofColumns = data.fields.flatMap(({ name }): ReadonlyArray<Violation> => {
      const code = reasons.get(name)
      if (code === undefined) return []
      return [{ rule: own.has(name) ? code : `${name}.${code}`, code, severity: "error", column: name }]
    })
    const ofRules = rules
      .filter((one) => !isAboutOneColumn(one.rule) && isBroken(one))
      .map((one) => violation(one.rule))
    const ofRounding = data.fields
      .filter((field) => losesDigits(field, cells, values))
      .map(({ name }): Violation => ({
        rule: `${name}.precision_lost`,
        code: "precision_lost",
        severity: "warning",
        column: name,
      }))
    return { violations: [...ofColumns, ...ofRules, ...ofRounding], values }
  }
}

/** Reads a single row; for many, make a `reader` once. */
export const read = (data: Dataset, row: Row, options: ReadOptions): Reading => reader(data, options)(row)
