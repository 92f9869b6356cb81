/** What the rows of a KPI's groups have in common, beside the period. */
import { Schema } from "effect"
import type { Column } from "../annotations.ts"
import { INT64 } from "../bounds.ts"
import { Flag, Integer, Text } from "../columns.ts"
import type { DatasetOf } from "../dataset.ts"
import { InvalidContract } from "../errors.ts"
import { boundsOf } from "../expression/bounds.ts"
import { type Columns, columnsOf } from "../expression/columns.ts"
import { Expr } from "../expression/expr.ts"
import { children, columnsRead, type Node } from "../expression/node.ts"
import { type Field, fieldsOf, kindOf, type RowSchema } from "../fields.ts"
import { type FieldOf, within } from "./aggregate-column.ts"
import type { Dimension, Groupable } from "./group-column.ts"

/** The key of a reference dataset, each column as an expression over the row. */
type KeyOf<S extends RowSchema> = { readonly [K in Dimension<S["Type"]>]?: Expr<S["Type"][K]> }

/** Columns of a reference row that belongs to the row, which there may not be. */
export type Attributes<Row> = { readonly [K in keyof Row]-?: Expr<Row[K] | undefined> }

/** What `by` may use beside the row's own columns. */
export interface Groups {
  /** The hour, 0 to 23, of a moment on the local clock of the contract's time zone. */
  readonly localHour: (moment: Expr<number>) => Expr<bigint>
  /**
   * The columns of reference data, as they are now, of the row that has this key. Where there is none they are missing,
   * and such rows are a group of their own.
   */
  readonly lookup: <S extends RowSchema>(dataset: DatasetOf<S>, key: KeyOf<S>) => Attributes<S["Type"]>
  /** Says in words what an expression means. */
  readonly describe: <T extends Groupable>(of: Expr<T>, description: string) => Expr<T>
}

export interface StoredDimension {
  readonly name: string
  readonly of: Node
  readonly column: Column
  /** Whether every row has a value. */
  readonly required: boolean
}

/** Reference data that a KPI's groups read: those of `attributes`, by `key`. Expressions call a column `table.column`. */
export interface Lookup {
  readonly table: string
  readonly key: ReadonlyArray<{ readonly column: string; readonly of: Node }>
  readonly attributes: ReadonlyArray<string>
  readonly fields: ReadonlyArray<Field>
}

/** What expressions call a column of reference data. */
export const attributeName = (table: string, column: string): string => `${table}.${column}`

/** The columns of reference data as expressions call them. A row may have no partner there. */
export const attributeFields = (lookups: ReadonlyArray<Lookup>): ReadonlyArray<Field> =>
  lookups.flatMap(({ table, fields }) =>
    fields.map((field) => ({ ...field, name: attributeName(table, field.name), required: false })),
  )

const sameNode = (one: Node, other: Node): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Collects what the function `by` asks for. */
const collector = (subject: string) => {
  const lookups = new Map<string, Lookup>()
  const words = new Map<Node, string>()
  const fail = (problem: string): never => {
    throw new InvalidContract({ subject, problem })
  }
  const lookup: Groups["lookup"] = (dataset, key) => {
    const { table, kind, fields } = dataset
    const given = Object.entries(key as Readonly<Record<string, Expr<unknown>>>)
    const on = given.map(([column, { node }]) => ({ column, of: node }))
    if (kind !== "reference") fail(`it looks up ${table}, which is no reference data`)
    if (given.length !== dataset.key.length || on.some(({ column }) => !dataset.key.includes(column)))
      fail(
        `it looks up ${table} by ${on.map(({ column }) => column).join(", ") || "nothing"}, and its key is ${dataset.key.join(", ")}`,
      )
    const wrong = on.find(({ column, of }) => {
      const field = fields.find(({ name }) => name === column)
      return field === undefined || kindOf(field.column) !== of.kind
    })
    if (wrong !== undefined) fail(`it looks up ${table} by ${wrong.column}, which is another kind of value there`)
    const before = lookups.get(table)
    if (before !== undefined && !before.key.every((one, index) => on[index] && sameNode(one.of, on[index].of)))
      fail(`it looks up ${table} by two different keys`)
    lookups.set(table, { table, key: on, attributes: [], fields })
    return Object.fromEntries(
      fields.map(({ name, column }) => [
        name,
        new Expr({ op: "column", name: attributeName(table, name), kind: kindOf(column) }),
      ]),
    ) as never
  }
  const groups: Groups = {
    localHour: ({ node }) =>
      node.op === "column"
        ? new Expr({ op: "localHour", kind: "integer", of: node })
        : fail("localHour takes a column of moments"),
    lookup,
    describe: (of, description) => {
      words.set(of.node, description)
      return of
    },
  }
  return { groups, lookups, words }
}

const HOUR = "Hour of the local clock, 0 to 23"

const mayBeMissing = (node: Node, fieldOf: FieldOf): boolean => {
  const missing = (of: Node) => mayBeMissing(of, fieldOf)
  switch (node.op) {
    case "column":
      return fieldOf(node.name)?.required !== true
    case "isPresent":
      return false
    case "coalesce":
      return missing(node.of) && missing(node.otherwise)
    case "caseWhen":
      return missing(node.value) || missing(node.otherwise)
    default:
      return children(node).some(missing)
  }
}

const kindsOf = (node: Node, fieldOf: FieldOf): Column | { readonly problem: string } => {
  switch (node.kind) {
    case "integer":
      return within(boundsOf(node, fieldOf), INT64)
        ? { kind: "integer" }
        : { problem: "may need more than 64 bits, and such a number names no group" }
    case "text":
      return { kind: "text" }
    case "boolean":
      return { kind: "boolean" }
    default:
      return { problem: `is a ${node.kind} number, which names no group` }
  }
}

const schemaOf = (column: Column): Schema.Top =>
  column.kind === "integer" ? Integer : column.kind === "boolean" ? Flag : Text

type By<Row> =
  | ReadonlyArray<string>
  | ((row: Columns<Row>, groups: Groups) => Readonly<Record<string, Expr<Groupable>>>)

/** The dimensions that `by` states, their Schemas by name, and what is looked up for them. */
export const dimensionsOf = <S extends RowSchema>(subject: string, source: S, by: By<S["Type"]>) => {
  const own = fieldsOf(source)
  const { groups, lookups, words } = collector(subject)
  const columns = columnsOf(source)
  const stated =
    typeof by === "function"
      ? by(columns as Columns<S["Type"]>, groups)
      : Object.fromEntries(by.map((name) => [name, columns[name as keyof typeof columns]]))
  const fields = [...own, ...attributeFields([...lookups.values()])]
  const fieldOf: FieldOf = (name) => fields.find((field) => field.name === name)
  const schemas: Record<string, Schema.Top> = {}
  const dimensions = Object.entries(stated as Readonly<Record<string, Expr<Groupable>>>).map(([name, { node }]) => {
    const column = node.op === "column" ? fieldOf(node.name) : undefined
    if (node.op === "column" && node.name !== name && own.some((field) => field.name === name))
      throw new InvalidContract({ subject, problem: `${name} is a column of the row, and stands for another one here` })
    if (node.op !== "column" && own.some((field) => field.name === name))
      throw new InvalidContract({ subject, problem: `a group must not be called like a column: ${name}` })
    const required = !mayBeMissing(node, fieldOf)
    const kind = column === undefined || node.kind === "float" ? kindsOf(node, fieldOf) : column.column
    if ("problem" in kind) throw new InvalidContract({ subject, problem: `${name} ${kind.problem}` })
    const description = words.get(node) ?? (node.op === "localHour" ? HOUR : column?.description) ?? ""
    const schema =
      column === undefined
        ? schemaOf(kind).annotate({ description })
        : column.schema.annotate({ description, ...(words.has(node) ? { examples: undefined } : {}) })
    schemas[name] = required ? schema : Schema.optionalKey(schema as never)
    return { name, of: node, column: kind, required } satisfies StoredDimension
  })
  const read = new Set(dimensions.flatMap(({ of }) => columnsRead(of)))
  return {
    dimensions,
    schemas,
    lookups: [...lookups.values()].map((lookup) => ({
      ...lookup,
      attributes: lookup.fields.map(({ name }) => name).filter((name) => read.has(attributeName(lookup.table, name))),
    })),
  }
}
