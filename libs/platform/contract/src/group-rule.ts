/** A rule about the rows of one file that belong together: those of a receipt, of a store's day, or of one key. */
import type { Schema } from "effect"
import type { Column } from "./annotations.ts"
import { InvalidContract } from "./errors.ts"
import { type Columns, columnsOf, type RunParameters, runParameters } from "./expression/columns.ts"
import { type Exact, Expr, and, not } from "./expression/expr.ts"
import { columnsRead, type Node } from "./expression/node.ts"
import { type Field, fieldsOf, kindOf, type RowSchema } from "./fields.ts"
import { aggregateColumn } from "./kpi/aggregate-column.ts"
import type { Dimension } from "./kpi/group-column.ts"
import type { Aggregate } from "./kpi/measure.ts"
import { type Dimension as QualityDimension, rowReasons, type ReasonText } from "./reasons.ts"
import type { Severity } from "./rule.ts"

/** Something about a row's group, which expressions read as if it were a column of the row. */
export interface GroupFact {
  readonly name: string
  readonly column: Column
  readonly of: { readonly op: "isFirst" | "sameAsFirst" } | { readonly op: "first"; readonly field: Field } | Aggregate
}

/** A rule about groups as plain data. It's judged among the rows that no other error makes invalid. */
export interface GroupRule {
  /** Also the reason code in reports. */
  readonly id: string
  readonly severity: Severity
  readonly dimension: QualityDimension
  /** The columns whose values rows of one group share. */
  readonly groupBy: ReadonlyArray<string>
  /** The column that a report points at. */
  readonly column: string
  /** What `violatedWhen` and `detail` read beside the row's columns. */
  readonly facts: ReadonlyArray<GroupFact>
  readonly violatedWhen: Node
  readonly detail: Node | undefined
  readonly words: ReasonText
  /** A row that breaks the rule is not stored, although it is valid: another one says the same. */
  readonly drops: boolean
}

/** What a rule may ask about the group that a row is in. Values are compared and added up as they are stored. */
export interface Group<R> {
  /** Whether the row is the first of its group in the file. */
  readonly isFirst: Expr<boolean>
  /** The columns of the group's first row. */
  readonly first: Columns<R>
  /** How many rows the group has. */
  readonly count: Expr<bigint>
  /** How many rows of the group the condition holds for. */
  readonly countWhere: (condition: Expr<boolean>) => Expr<bigint>
  /** How many different values the group has. */
  readonly countDistinct: (of: Expr<bigint | string>) => Expr<bigint>
  /** The sum over the group's rows, exact. */
  readonly sum: <T extends Exact>(of: Expr<T>) => Expr<T>
  /** The least value in the group. */
  readonly min: <T extends Exact>(of: Expr<T>) => Expr<T>
  /** The greatest value in the group. */
  readonly max: <T extends Exact>(of: Expr<T>) => Expr<T>
}

export interface GroupRuleDefinition<R> extends ReasonText {
  /** Stable name, also the reason code in reports. */
  readonly id: string
  readonly severity: Severity
  /** Which side of data quality the rule is about; without one, that values agree with each other. */
  readonly dimension?: QualityDimension
  /** Required columns whose values rows of one group share. */
  readonly groupBy: ReadonlyArray<Dimension<R>>
  readonly column: keyof R & string
  /** TRUE = the row breaks the rule. */
  readonly violatedWhen: (row: Columns<R>, group: Group<R>, run: RunParameters) => Expr<boolean>
  readonly detail?: (
    row: Columns<R>,
    group: Group<R>,
    run: RunParameters,
  ) => Expr<bigint | number | string | Schema.BigDecimal["Type"]>
}

const PREFIX = "group."

const named = (node: Node): string => (node.op === "column" ? node.name : JSON.stringify(node))

/** The facts of a group, and those of them that were asked for. */
const askedOf = (subject: string, fields: ReadonlyArray<Field>) => {
  const asked = new Map<string, GroupFact>()
  const fact = (key: string, column: Column, of: GroupFact["of"]): Expr<never> => {
    const name = `${PREFIX}${key}`
    asked.set(name, { name, column, of })
    return new Expr<never>({ op: "column", name, kind: kindOf(column) })
  }
  const aggregate = (of: Aggregate): Expr<never> => {
    const column = aggregateColumn(of, (name) => fields.find((field) => field.name === name))
    if ("problem" in column)
      throw new InvalidContract({ subject, problem: `its ${of.op} of a group ${column.problem}` })
    return fact("of" in of ? `${of.op} ${named(of.of)}` : of.op, column, of)
  }
  const first = Object.defineProperties(
    {},
    Object.fromEntries(
      fields.map((field) => [
        field.name,
        { get: () => fact(`first ${field.name}`, field.column, { op: "first", field }), enumerable: true },
      ]),
    ),
  )
  const group = {
    get isFirst() {
      return fact("isFirst", { kind: "boolean" }, { op: "isFirst" })
    },
    get sameAsFirst(): Expr<boolean> {
      return fact("sameAsFirst", { kind: "boolean" }, { op: "sameAsFirst" })
    },
    first: first as Columns<never>,
    get count() {
      return aggregate({ op: "count" })
    },
    countWhere: (of: Expr<boolean>) => aggregate({ op: "countWhere", of: of.node }),
    countDistinct: (of: Expr<bigint | string>) => aggregate({ op: "countDistinct", of: of.node }),
    sum: (of: Expr<Exact>) => aggregate({ op: "sum", of: of.node }),
    min: (of: Expr<Exact>) => aggregate({ op: "min", of: of.node }),
    max: (of: Expr<Exact>) => aggregate({ op: "max", of: of.node }),
  }
  return { asked, group }
}

/** The row's columns that an expression reads, itself or by way of the group. */
export const rowColumnsRead = (node: Node, facts: ReadonlyArray<GroupFact>): ReadonlyArray<string> => [
  ...new Set(
    columnsRead(node).flatMap((name) => {
      const of = facts.find((fact) => fact.name === name)?.of
      if (of === undefined) return [name]
      if (of.op === "first") return [of.field.name]
      return "of" in of ? columnsRead(of.of) : []
    }),
  ),
]

/**
 * Defines a rule about the rows of one file that share the values of `groupBy`.
 *
 * @example
 * groupRule(Sale, { ...text, id: "two_moments", severity: "error", groupBy: ["quantity"], column: "timestamp", violatedWhen: (sale, group) => Expr.ne(sale.timestamp, group.first.timestamp) }).facts.length // 1
 */
export const groupRule = <S extends RowSchema>(schema: S, definition: GroupRuleDefinition<S["Type"]>): GroupRule => {
  const fields = fieldsOf(schema)
  const { column, groupBy, id, severity } = definition
  const { asked, group } = askedOf(id, fields)
  const columns = columnsOf(schema)
  const violatedWhen = definition.violatedWhen(columns, group as never, runParameters).node
  const detail = definition.detail?.(columns, group as never, runParameters).node
  const facts = [...asked.values()]
  const problems = [
    ...(groupBy.length > 0 ? [] : ["it has no groupBy"]),
    ...(groupBy.some((name, at) => groupBy.indexOf(name) !== at) ? ["it names a column twice in groupBy"] : []),
    ...groupBy
      .filter((name) => !fields.some((field) => field.name === name && field.required))
      .map((name) => `${name}, by which it groups, must be a required column`),
    ...fields.filter(({ name }) => name.startsWith(PREFIX)).map(({ name }) => `${name} can't be a column's name`),
    ...(columnsRead(violatedWhen).some((name) => asked.has(name)) ? [] : ["it asks nothing about the group: use rule"]),
    ...(groupBy.includes(column as never) || rowColumnsRead(violatedWhen, facts).includes(column)
      ? []
      : [`it reports "${column}" but never reads it`]),
  ]
  if (problems.length > 0) throw new InvalidContract({ subject: id, problem: problems.join("; ") })
  return {
    id,
    severity,
    dimension: definition.dimension ?? "consistency",
    groupBy,
    column,
    facts,
    violatedWhen,
    detail,
    words: { message: definition.message, meaning: definition.meaning, remedy: definition.remedy },
    drops: false,
  }
}

/** The rules that follow from the key: each key stands for one row. They are judged before the dataset's own. */
export const keyRules = ({
  key,
  fields,
}: {
  readonly key: ReadonlyArray<string>
  readonly fields: ReadonlyArray<Field>
}): ReadonlyArray<GroupRule> => {
  const about = (id: "duplicate_key" | "repeated_row", same: boolean): GroupRule => {
    const { asked, group } = askedOf(id, fields)
    const { sameAsFirst } = group
    const { dimension, severity, ...words } = rowReasons[id]
    return {
      id,
      severity,
      dimension,
      groupBy: key,
      column: key[0] ?? "",
      violatedWhen: and(not(group.isFirst), same ? sameAsFirst : not(sameAsFirst)).node,
      detail: undefined,
      facts: [...asked.values()],
      words,
      drops: same,
    }
  }
  return [about("duplicate_key", false), about("repeated_row", true)]
}
