/** A KPI: what is summed up per business day and dimension. Typed against the row; its result is a Schema again. */
import { BigDecimal, Schema } from "effect"
import type { Column } from "./annotations.ts"
import { type Bounds, INT64, whole } from "./bounds.ts"
import { Day, Decimal, Integer, LongInteger } from "./columns.ts"
import { InvalidContract } from "./errors.ts"
import { boundsOf } from "./expression/bounds.ts"
import { type Columns, columnsOf } from "./expression/columns.ts"
import type { Exact, Expr } from "./expression/expr.ts"
import { columnsRead, type Node } from "./expression/node.ts"
import { precisionOf } from "./expression/precision.ts"
import { type Field, fieldsOf, type RowSchema } from "./fields.ts"

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

/** What a measure may be. Exact numbers only: sums of doubles depend on their order. */
export interface Aggregates {
  /**
   * The sum of a whole number or a decimal, exact.
   *
   * @example
   * sum(sale.revenue) // 34.98
   */
  readonly sum: <T extends Exact>(of: Expr<T>) => Measure<T>
  /**
   * How many rows there are.
   *
   * @example
   * count() // 3
   */
  readonly count: () => Measure<bigint>
  /**
   * How many rows the condition holds for.
   *
   * @example
   * countWhere(Expr.lt(sale.quantity, 0)) // 1
   */
  readonly countWhere: (condition: Expr<boolean>) => Measure<bigint>
  /**
   * How many different values there are.
   *
   * @example
   * countDistinct(sale.store_id) // 2
   */
  readonly countDistinct: (of: Expr<bigint | string>) => Measure<bigint>
  /**
   * The least value.
   *
   * @example
   * min(sale.revenue) // -5
   */
  readonly min: <T extends Exact>(of: Expr<T>) => Measure<T>
  /**
   * The greatest value.
   *
   * @example
   * max(Expr.multiply(sale.quantity, 10)) // 30
   */
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

/** Required columns that can name a group: whole numbers, texts, days, moments, lists and booleans. */
export type Dimension<Row> = {
  [K in keyof Row]-?: object extends Pick<Row, K> ? never : Row[K] extends bigint | string | boolean ? K : never
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

/**
 * The most rows that one group of a KPI (a business date and its dimensions) is computed from: a thousand times what the
 * largest retailers ring up in a day. Sums must fit their table's type for as many.
 */
export const MOST_ROWS = 1_000_000_000n

/** The longest number that every engine and table can hold. */
const LONGEST = 38
/** A sum's type has ten digits more than a row's, as Spark gives it: one more than `MOST_ROWS` needs. */
const SUM_DIGITS = 10

const digitsOf = ({ least, greatest }: Bounds, scale: number): number => {
  const size = BigDecimal.max(BigDecimal.abs(least), BigDecimal.abs(greatest))
  return BigDecimal.scale(size, scale).value.toString().length
}

const within = (inner: Bounds, outer: Bounds): boolean =>
  BigDecimal.isGreaterThanOrEqualTo(inner.least, outer.least) &&
  BigDecimal.isLessThanOrEqualTo(inner.greatest, outer.greatest)

/** What an aggregate's value can be. A sum passes through no number outside of them, in whatever order it is added. */
const aggregateBounds = (aggregate: Exclude<Aggregate, { readonly op: "count" }>, fieldOf: FieldOf): Bounds => {
  if (aggregate.op === "countWhere" || aggregate.op === "countDistinct") return whole(0n, MOST_ROWS)
  const one = boundsOf(aggregate.of, fieldOf)
  if (aggregate.op !== "sum") return one
  const rows = BigDecimal.fromBigInt(MOST_ROWS)
  return {
    least: BigDecimal.min(one.least, BigDecimal.multiply(one.least, rows)),
    greatest: BigDecimal.max(one.greatest, BigDecimal.multiply(one.greatest, rows)),
  }
}

type FieldOf = (name: string) => Field | undefined

/** The column that holds whatever the aggregate can come to, or why there is none. */
export const aggregateColumn = (aggregate: Aggregate, fieldOf: FieldOf): Column | { readonly problem: string } => {
  if (aggregate.op === "count") return { kind: "integer" }
  const bounds = aggregateBounds(aggregate, fieldOf)
  if (aggregate.op === "countWhere" || aggregate.op === "countDistinct" || aggregate.of.kind === "integer") {
    if (within(bounds, INT64)) return { kind: "integer" }
    const digits = digitsOf(bounds, 0)
    return digits <= LONGEST ? { kind: "integer", digits } : tooLong(digits, aggregate.of)
  }
  const { precision, scale } = precisionOf(aggregate.of, (name) => fieldOf(name)?.column)
  const usual = aggregate.op === "sum" ? precision + SUM_DIGITS : precision
  if (usual <= LONGEST) return { kind: "decimal", precision: usual, scale }
  const needed = digitsOf(bounds, scale)
  return needed <= LONGEST ? { kind: "decimal", precision: LONGEST, scale } : tooLong(needed, aggregate.of)
}

const tooLong = (needed: number, of: Node) => ({
  problem:
    `can come to a number of ${needed} digits, and a table holds ${LONGEST} at most. ` +
    `Narrow the bounds of ${columnsRead(of).join(" and ")} in the row's Schema (a check such as between), ` +
    `or sum up something smaller: a group may have ${MOST_ROWS} rows`,
})

const schemaOf = (column: Column, description: string): Schema.Codec<bigint | BigDecimal.BigDecimal> =>
  (column.kind === "decimal"
    ? Decimal(column.precision, column.scale)
    : column.kind === "integer" && column.digits !== undefined
      ? LongInteger(column.digits)
      : Integer
  ).annotate({ description }) as never

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
  const fieldOf: FieldOf = (name) => fields.find((field) => field.name === name)
  const built = Object.entries(definition.measures(columnsOf(source), aggregates))
  const problems: Array<string> = []
  const measures = built.flatMap(([name, { aggregate }]) => {
    const column = aggregateColumn(aggregate, fieldOf)
    if ("kind" in column) return [{ name, aggregate, column }]
    problems.push(`${name} ${column.problem}`)
    return []
  })
  if (problems.length > 0) throw new InvalidContract({ subject: definition.name, problem: problems.join("; ") })
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
