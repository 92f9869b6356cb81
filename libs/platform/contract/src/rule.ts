/** A rule about a whole row: an Effect Schema check that carries its expression, so that it also compiles to SQL. */
import { Schema, type SchemaAST } from "effect"
import "./annotations.ts"
import { InvalidContract } from "./errors.ts"
import { type Columns, columnsOf, type RunParameters, runParameters } from "./expression/columns.ts"
import { evaluate, type Parameters, type Row } from "./expression/evaluate.ts"
import type { Expr } from "./expression/expr.ts"
import { columnsRead, type Node, parametersRead } from "./expression/node.ts"
import type { Dimension, ReasonText } from "./reasons.ts"

/** `error`: the row is invalid. `warning`: it is counted and told, and loads all the same. */
export type Severity = "error" | "warning"

/** A rule as plain data: what compilers and documents read. */
export interface Rule {
  readonly id: string
  readonly severity: Severity
  /** Which side of data quality the rule is about. */
  readonly dimension: Dimension
  /** The column that a report points at. */
  readonly column: string
  /** All columns that the rule reads; it is judged only where each of them is valid. */
  readonly columns: ReadonlyArray<string>
  readonly violatedWhen: Node
  /** What else a report should show, for `{detail}` in the words. */
  readonly detail: Node | undefined
  readonly words: ReasonText
  /**
   * The rule as a check on the row's Schema. A rule that reads the run's parameters holds for every row until they are
   * given: a row by itself has no event time.
   */
  readonly check: (parameters?: Parameters) => SchemaAST.Filter<Row>
}

export interface RuleDefinition<R> extends ReasonText {
  /** Stable name, also the reason code in reports. */
  readonly id: string
  readonly severity: Severity
  /** Which side of data quality the rule is about; without one, that values conform. */
  readonly dimension?: Dimension
  readonly column: keyof R & string
  /** TRUE = the row breaks the rule. */
  readonly violatedWhen: (row: Columns<R>, run: RunParameters) => Expr<boolean>
  readonly detail?: (row: Columns<R>, run: RunParameters) => Expr<bigint | number | string | Schema.BigDecimal["Type"]>
}

/**
 * An error about one column speaks as that column's reason, in turn with its other errors.
 *
 * @example
 * isAboutOneColumn(rule(Sale, { ...text, id: "no_units", severity: "warning", column: "quantity", violatedWhen: (sale) => Expr.eq(sale.quantity, 0) })) // false
 */
export const isAboutOneColumn = (rule: Rule): boolean => rule.severity === "error" && rule.columns.length === 1

const checkOf =
  (rule: Omit<Rule, "check">) =>
  (parameters: Parameters = {}): SchemaAST.Filter<Row> => {
    const known = parametersRead(rule.violatedWhen).every((name) => parameters[name] !== undefined)
    return Schema.makeFilter<Row>((row) => !known || evaluate(rule.violatedWhen, row, parameters) !== true, {
      expected: rule.words.meaning,
      reason: rule.id,
      representation: {
        id: "pos/rule",
        payload: {
          id: rule.id,
          severity: rule.severity,
          column: rule.column,
          violatedWhen: rule.violatedWhen as unknown as Schema.Json,
        },
      },
      toJsonSchema: () => [{ description: rule.words.meaning }, true],
    })
  }

/** The rule that this data states. */
export const ruleOf = (data: Omit<Rule, "check" | "columns">): Rule => {
  const complete = { ...data, columns: columnsRead(data.violatedWhen) }
  return { ...complete, check: checkOf(complete) }
}

/**
 * Defines a rule about the rows of a Schema.
 *
 * @example
 * rule(Sale, { ...text, id: "no_units", severity: "error", column: "quantity", violatedWhen: (sale) => Expr.eq(sale.quantity, 0) }).columns // ["quantity"]
 */
export const rule = <S extends Schema.Struct<Schema.Struct.Fields>>(
  schema: S,
  definition: RuleDefinition<S["Type"]>,
): Rule => {
  const columns = columnsOf(schema)
  const violatedWhen = definition.violatedWhen(columns, runParameters).node
  const read = columnsRead(violatedWhen)
  if (!read.includes(definition.column))
    throw new InvalidContract({
      subject: definition.id,
      problem: `it reports "${definition.column}" but never reads it`,
    })
  return ruleOf({
    id: definition.id,
    severity: definition.severity,
    dimension: definition.dimension ?? "conformity",
    column: definition.column,
    violatedWhen,
    detail: definition.detail?.(columns, runParameters).node,
    words: { message: definition.message, meaning: definition.meaning, remedy: definition.remedy },
  })
}
