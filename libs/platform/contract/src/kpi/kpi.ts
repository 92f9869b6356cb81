/** A KPI: what is summed up per period and dimension. Typed against the row; its result is a Schema again. */
import { type BigDecimal, Schema } from "effect"
import type { Column } from "../annotations.ts"
import { Day, Decimal, Integer, LongInteger } from "../columns.ts"
import { InvalidContract } from "../errors.ts"
import { type Columns, columnsOf } from "../expression/columns.ts"
import type { Exact, Expr } from "../expression/expr.ts"
import { columnsRead } from "../expression/node.ts"
import { type Field, fieldsOf, type RowSchema } from "../fields.ts"
import { repeated } from "../names.ts"
import { aggregateColumn, type FieldOf, type StoredMeasure } from "./aggregate-column.ts"
import { dimensionsOf, type Groups, type Lookup, type StoredDimension } from "./dimension.ts"
import type { Groupable, GroupColumn } from "./group-column.ts"
import { type Aggregate, type Aggregates, aggregates, type Measure } from "./measure.ts"
import { type Grain, PERIOD_COLUMN, PERIOD_WORDS, type PeriodColumn } from "./period.ts"
import { type Ratio, type RatioDefinition, ratioProblems, ratioSchema } from "./ratio.ts"

type Merged<A> = { readonly [K in keyof A]: A[K] }
type Missing<G> = { [K in keyof G]: G[K] extends Expr<infer T> ? (undefined extends T ? K : never) : never }[keyof G]
type ValueOf<E> = E extends Expr<infer T> ? NonNullable<T> : never

/** What an expression names is a column of the result; one that may be missing is optional there. */
type Named<G> = { readonly [K in Exclude<keyof G, Missing<G>>]: ValueOf<G[K]> } & {
  readonly [K in Missing<G>]?: ValueOf<G[K]>
}

type Output<P extends string, Row, By extends keyof Row, G, M, R> = Merged<
  { readonly [K in P]: string } & Pick<Row, By> &
    Named<G> & { readonly [K in keyof M]: M[K] extends Measure<infer T> ? T : never } & {
      readonly [K in keyof R]?: BigDecimal.BigDecimal
    }
>

/** `Ratios` are the names in `Out` that no table stores. */
export interface Kpi<Out = unknown, Ratios extends string = string> {
  readonly name: string
  readonly description: string
  /** How much time a row stands for. */
  readonly grain: Grain
  /** What a row of the result stands for, beside the period. */
  readonly dimensions: ReadonlyArray<StoredDimension>
  readonly lookups: ReadonlyArray<Lookup>
  readonly measures: ReadonlyArray<StoredMeasure>
  /** What is divided where the table is read: no columns of it. */
  readonly ratios: ReadonlyArray<Ratio & { readonly name: Ratios }>
  /** The table's row. */
  readonly stored: RowSchema
  /** The result's row: what is stored, and the ratios. */
  readonly output: Schema.Codec<Out>
  /** The row Schema's columns, for compilers. */
  readonly source: RowSchema
}

export interface KpiDefinition<
  Row,
  G extends Grain,
  By extends GroupColumn<Row>,
  E extends Readonly<Record<string, Expr<Groupable>>>,
  M extends Record<string, Measure<Exact>>,
  R extends Readonly<Record<string, RatioDefinition<keyof M & string>>>,
> {
  readonly name: string
  readonly description: string
  /** How much time a row stands for; a business day unless stated. */
  readonly grain?: G
  /** The columns that name a group; or, as a function, expressions by the name that they have in the result. */
  readonly by: ReadonlyArray<By> | ((row: Columns<Row>, groups: Groups) => E)
  readonly measures: (row: Columns<Row>, aggregates: Aggregates) => M
  /** Measures that are divided by others, where the table is read. */
  readonly ratios?: R
}

const schemaOf = (column: Column, description: string): Schema.Codec<bigint | BigDecimal.BigDecimal> =>
  (column.kind === "decimal"
    ? Decimal(column.precision, column.scale)
    : column.kind === "integer" && column.digits !== undefined
      ? LongInteger(column.digits)
      : Integer
  ).annotate({ description }) as never

/** Amounts of two currencies are never compared or added up: each group has one. */
const currencyProblems = (
  { name, aggregate }: { readonly name: string; readonly aggregate: Aggregate },
  dimensions: ReadonlyArray<StoredDimension>,
  fieldOf: FieldOf,
): ReadonlyArray<string> => {
  if (aggregate.op !== "sum" && aggregate.op !== "min" && aggregate.op !== "max") return []
  const found = columnsRead(aggregate.of).flatMap((column) => fieldOf(column)?.currency ?? [])
  const currencies = [...new Set(found)]
  if (currencies.length > 1) return [`${name} mixes amounts in the currencies of ${currencies.join(" and ")}`]
  return currencies
    .filter((currency) => !dimensions.some(({ of }) => of.op === "column" && of.name === currency))
    .map((currency) => `${name} puts amounts of different currencies together: add ${currency} to \`by\``)
}

const nameProblems = (groups: ReadonlyArray<string>, results: ReadonlyArray<string>, fields: ReadonlyArray<Field>) => [
  ...repeated([...groups, ...results]).map((name) => `two of its columns are called ${name}`),
  ...results
    .filter((name) => fields.some((field) => field.name === name))
    .map((name) => `a measure must not be called like a column: ${name}`),
]

/** Defines a KPI over the rows of a Schema, per period and `by`. */
export const kpi = <
  S extends RowSchema,
  const M extends Record<string, Measure<Exact>>,
  const G extends Grain = "day",
  const By extends GroupColumn<S["Type"]> = never,
  const E extends Readonly<Record<string, Expr<Groupable>>> = {},
  const R extends Readonly<Record<string, RatioDefinition<keyof M & string>>> = {},
>(
  source: S,
  definition: KpiDefinition<S["Type"], G, By, E, M, R>,
): Kpi<Output<PeriodColumn<G>, S["Type"], By, E, M, R>, keyof R & string> => {
  const { name: subject, description, grain = "day" as Grain } = definition
  const fields = fieldsOf(source)
  const fieldOf: FieldOf = (name) => fields.find((field) => field.name === name)
  const { dimensions, schemas, lookups } = dimensionsOf(subject, source, definition.by)
  const built = Object.entries(definition.measures(columnsOf(source), aggregates))
  const problems: Array<string> = []
  const measures = built.flatMap(([name, { aggregate }]) => {
    const column = aggregateColumn(aggregate, fieldOf)
    if ("kind" in column) return [{ name, aggregate, column }]
    problems.push(`${name} ${column.problem}`)
    return []
  })
  const ratios = Object.entries(definition.ratios ?? {}).map(([name, ratio]) => ({ name, ...ratio }))
  const period = PERIOD_COLUMN[grain]
  const groups = [period, ...dimensions.map(({ name }) => name)]
  const results = [...built.map(([name]) => name), ...ratios.map(({ name }) => name)]
  problems.push(
    ...nameProblems(groups, results, fields),
    ...measures.flatMap((measure) => currencyProblems(measure, dimensions, fieldOf)),
    ...(problems.length > 0 ? [] : ratioProblems(ratios, measures)),
  )
  if (problems.length > 0) throw new InvalidContract({ subject, problem: problems.join("; ") })
  const columns = {
    [period]: Day.annotate({ description: PERIOD_WORDS[grain] }),
    ...schemas,
    ...Object.fromEntries(
      measures.map(({ name, column }, index) => [name, schemaOf(column, built[index]?.[1].description ?? "")]),
    ),
  }
  const measureOf = (name: string) => measures.find((one) => one.name === name) as StoredMeasure
  const divided = ratios.map((ratio) => [
    ratio.name,
    Schema.optionalKey(ratioSchema(ratio, measureOf(ratio.of), measureOf(ratio.per))),
  ])
  return {
    name: subject,
    description,
    grain,
    dimensions,
    lookups,
    measures,
    ratios: ratios as never,
    stored: Schema.Struct(columns) as never,
    output: Schema.Struct({ ...columns, ...Object.fromEntries(divided) }) as never,
    source,
  }
}
