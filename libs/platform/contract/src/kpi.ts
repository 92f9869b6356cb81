/** A KPI: what is summed up per business day and dimension. Typed against the row; its result is a Schema again. */
import { Schema } from "effect"
import type { BigDecimal } from "effect"
import type { Column } from "./annotations.ts"
import { Day, Decimal, Integer } from "./columns.ts"
import type { RowSchema } from "./dataset.ts"
import { InvalidContract } from "./errors.ts"
import { type Columns, columnsOf } from "./expression/columns.ts"
import type { Exact, Expr } from "./expression/expr.ts"
import type { Node } from "./expression/node.ts"
import { precisionOf } from "./expression/precision.ts"
import { fieldsOf } from "./fields.ts"

export type Aggregate =
  | { readonly op: "sum"; readonly of: Node }
  | { readonly op: "count" }
  | { readonly op: "countWhere"; readonly of: Node }
  | { readonly op: "countDistinct"; readonly of: Node }
  | { readonly op: "min" | "max"; readonly of: Node }

/** One number of a KPI. `T` is its type in TypeScript. */
export class Measure<out T> {
  declare readonly value: T
  readonly aggregate: Aggregate
  readonly description: string
  constructor(aggregate: Aggregate, description = "") {
    this.aggregate = aggregate
    this.description = description
  }
  /** Says in words what the number means. */
  describe(description: string): Measure<T> {
    return new Measure(this.aggregate, description)
  }
}

/** Ways to sum up. Exact numbers only: sums of doubles depend on their order. */
export interface Aggregates {
  readonly sum: <T extends Exact>(of: Expr<T>) => Measure<T>
  readonly count: () => Measure<bigint>
  /** Rows for which the condition holds. */
  readonly countWhere: (condition: Expr<boolean>) => Measure<bigint>
  readonly countDistinct: (of: Expr<bigint | string>) => Measure<bigint>
  readonly min: <T extends Exact>(of: Expr<T>) => Measure<T>
  readonly max: <T extends Exact>(of: Expr<T>) => Measure<T>
}

const aggregates: Aggregates = {
  sum: (of) => new Measure({ op: "sum", of: of.node }),
  count: () => new Measure({ op: "count" }),
  countWhere: (of) => new Measure({ op: "countWhere", of: of.node }),
  countDistinct: (of) => new Measure({ op: "countDistinct", of: of.node }),
  min: (of) => new Measure({ op: "min", of: of.node }),
  max: (of) => new Measure({ op: "max", of: of.node }),
}

/** Required columns that can name a group: whole numbers and texts. */
export type Dimension<Row> = {
  [K in keyof Row]-?: object extends Pick<Row, K> ? never : Row[K] extends bigint | string ? K : never
}[keyof Row] &
  string

type Output<Row, By extends keyof Row, M> = { readonly date: string } & { readonly [K in By]: Row[K] } & {
  readonly [K in keyof M]: M[K] extends Measure<infer T> ? T : never
}

export interface Kpi<Out = unknown> {
  readonly name: string
  readonly description: string
  /** Columns that a row of the result stands for, beside the business date. */
  readonly by: ReadonlyArray<string>
  readonly measures: ReadonlyArray<{ readonly name: string; readonly aggregate: Aggregate; readonly column: Column }>
  /** The result's row: the table's columns follow from it. */
  readonly output: Schema.Codec<Out>
  /** The row Schema's columns, for compilers. */
  readonly source: RowSchema
}

export interface KpiDefinition<Row, By extends Dimension<Row>, M extends Record<string, Measure<Exact>>> {
  readonly name: string
  readonly description: string
  readonly by: ReadonlyArray<By>
  readonly measures: (row: Columns<Row>, aggregates: Aggregates) => M
}

/** A sum's type has ten digits more than a row's, as Spark gives it: enough for ten thousand million rows. */
const SUM_DIGITS = 10

const columnOf = (aggregate: Aggregate, fieldColumn: (name: string) => Column | undefined): Column => {
  if (aggregate.op === "count" || aggregate.op === "countWhere" || aggregate.op === "countDistinct")
    return { kind: "integer" }
  if (aggregate.of.kind === "integer") return { kind: "integer" }
  const { precision, scale } = precisionOf(aggregate.of, fieldColumn)
  const digits = aggregate.op === "sum" ? precision + SUM_DIGITS : precision
  return { kind: "decimal", precision: Math.min(38, digits), scale }
}

const schemaOf = (column: Column, description: string): Schema.Codec<bigint | BigDecimal.BigDecimal> =>
  (column.kind === "decimal" ? Decimal(column.precision, column.scale) : Integer).annotate({ description }) as never

/** Defines a KPI over the rows of a Schema, per business day and `by`. */
export const kpi = <
  S extends RowSchema,
  const By extends Dimension<S["Type"]>,
  const M extends Record<string, Measure<Exact>>,
>(
  source: S,
  definition: KpiDefinition<S["Type"], By, M>,
): Kpi<Output<S["Type"], By, M>> => {
  const fields = fieldsOf(source)
  const fieldColumn = (name: string) => fields.find((field) => field.name === name)?.column
  const built = Object.entries(definition.measures(columnsOf(source), aggregates))
  const measures = built.map(([name, { aggregate }]) => ({ name, aggregate, column: columnOf(aggregate, fieldColumn) }))
  const taken = built.map(([name]) => name).find((name) => name === "date" || fields.some((f) => f.name === name))
  if (taken !== undefined)
    throw new InvalidContract({
      subject: definition.name,
      problem: `a measure must not be called like a column: ${taken}`,
    })
  const output = Schema.Struct({
    date: Day.annotate({ description: "Business date" }),
    ...Object.fromEntries(definition.by.map((name) => [name, source.fields[name] as Schema.Top])),
    ...Object.fromEntries(
      measures.map(({ name, column }, index) => [name, schemaOf(column, built[index]?.[1].description ?? "")]),
    ),
  })
  return {
    name: definition.name,
    description: definition.description,
    by: definition.by,
    measures,
    output: output as never,
    source,
  }
}
