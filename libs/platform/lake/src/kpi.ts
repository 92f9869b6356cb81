/** KPI tables as typed rows: exact decimals, whole numbers as `bigint`, days as texts, and ratios divided. */
import { fieldsOf, type Kpi, withRatios } from "@pos/contract"
import { BigDecimal, Effect, Schema, Stream } from "effect"
import { LakeUnavailable, type WrongStatement } from "./errors.ts"
import { Lake, query } from "./lake.ts"
import { identifier } from "./location.ts"
import { firstLine } from "./unreadable.ts"
import type { Json } from "./values.ts"

type Name<Out> = keyof Out & string

/** A condition on a column: the very value, one of several, or from one to another, both included. */
type Condition<T> = NonNullable<T> | { readonly in: ReadonlyArray<NonNullable<T>> } | Between<NonNullable<T>>
interface Between<T> {
  readonly from?: T
  readonly to?: T
}

type Where<Out> = { readonly [K in keyof Out]?: Condition<Out[K]> | { readonly missing: boolean } }

interface Order {
  readonly column: string
  readonly direction: "ascending" | "descending"
}

interface Parts {
  readonly where: ReadonlyArray<readonly [string, unknown]>
  readonly order: ReadonlyArray<Order>
  readonly limit: number | undefined
}

/** A question to a KPI table. Each step gives a new one; nothing is read before `rows` or `stream`. */
export interface KpiQuery<Out> {
  /** Only rows that meet all of these. */
  readonly where: (conditions: Where<Out>) => KpiQuery<Out>
  /** After what was ordered by before. Rows without a value come last. */
  readonly orderBy: (column: Name<Out>, direction?: Order["direction"]) => KpiQuery<Out>
  readonly limit: (rows: number) => KpiQuery<Out>
  readonly rows: Effect.Effect<ReadonlyArray<Out>, LakeUnavailable | WrongStatement, Lake>
  /** The same, batch by batch. */
  readonly stream: Stream.Stream<Out, LakeUnavailable | WrongStatement, Lake>
}

const parameter = (value: unknown): string | number =>
  BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : typeof value === "number" ? value : String(value)

type Fields = ReturnType<typeof fieldsOf>

/** SQL with a `?` for each value, which is bound as text and cast to the column's own type. */
const condition = (
  name: string,
  on: unknown,
  fields: Fields,
): { readonly sql: string; readonly values: ReadonlyArray<unknown> } => {
  const column = identifier(name)
  const mark = `CAST(? AS ${typeName(fields.find((field) => field.name === name)?.column)})`
  if (typeof on !== "object" || on === null || BigDecimal.isBigDecimal(on))
    return { sql: `${column} = ${mark}`, values: [on] }
  if ("missing" in on) return { sql: `${column} IS ${on.missing === true ? "" : "NOT "}NULL`, values: [] }
  if ("in" in on) {
    const values = on.in as ReadonlyArray<unknown>
    return values.length === 0
      ? { sql: "FALSE", values }
      : { sql: `${column} IN (${values.map(() => mark).join(", ")})`, values }
  }
  const { from, to } = on as Between<unknown>
  const bounds = [
    ...(from === undefined ? [] : [[">=", from] as const]),
    ...(to === undefined ? [] : [["<=", to] as const]),
  ]
  return {
    sql: bounds.length === 0 ? "TRUE" : bounds.map(([operator]) => `${column} ${operator} ${mark}`).join(" AND "),
    values: bounds.map(([, value]) => value),
  }
}

const typeName = (column: Fields[number]["column"] | undefined): string => {
  switch (column?.kind) {
    case "integer":
      return column.digits === undefined ? "BIGINT" : `DECIMAL(${column.digits}, 0)`
    case "decimal":
      return `DECIMAL(${column.precision}, ${column.scale})`
    case "date":
      return "DATE"
    case "boolean":
      return "BOOLEAN"
    default:
      return "VARCHAR"
  }
}

const statement = (kpi: Kpi, fields: Fields, { where, order, limit }: Parts) => {
  const conditions = where.map(([name, on]) => condition(name, on, fields))
  const sql = [
    `SELECT ${fields.map(({ name }) => identifier(name)).join(", ")} FROM ${identifier(kpi.name)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.map((one) => `(${one.sql})`).join(" AND ")}`]),
    ...(order.length === 0
      ? []
      : [
          `ORDER BY ${order.map(({ column, direction }) => `${identifier(column)} ${direction === "descending" ? "DESC" : "ASC"} NULLS LAST`).join(", ")}`,
        ]),
    ...(limit === undefined ? [] : ["LIMIT ?"]),
  ]
  const values = [...conditions.flatMap((one) => one.values).map(parameter), ...(limit === undefined ? [] : [limit])]
  return { sql: sql.join(" "), parameters: values }
}

const typed = (kind: Fields[number]["column"]["kind"], value: Json): unknown => {
  if (value === null) return undefined
  if (kind === "integer") return typeof value === "boolean" ? value : BigInt(String(value))
  return kind === "decimal" ? BigDecimal.fromStringUnsafe(String(value)) : value
}

const row = (kpi: Kpi, fields: Fields, values: Readonly<Record<string, Json>>): Effect.Effect<unknown, Error> =>
  Effect.try({
    try: () => {
      const stored = fields.flatMap(({ name, column: { kind } }) => {
        const value = typed(kind, values[name] ?? null)
        return value === undefined ? [] : [[name, value] as const]
      })
      return withRatios(kpi.ratios, Object.fromEntries(stored))
    },
    catch: (error) => (error instanceof Error ? error : new Error(String(error))),
  })

/** A row of `pos kpi --json`, decoded; whatever else it holds is left out. */
export const kpiRowFromJson = <Out>(kpi: Kpi<Out>) => {
  const fields = fieldsOf(kpi.stored)
  const decode = Schema.decodeUnknownEffect(Schema.toType(kpi.output))
  return (line: Readonly<Record<string, Json>>): Effect.Effect<Out, LakeUnavailable> =>
    row(kpi, fields, line).pipe(
      Effect.flatMap(decode),
      Effect.mapError(
        (cause) =>
          new LakeUnavailable({
            problem: `The rows of ${kpi.name} are others than its contract says: ${firstLine(cause)}.`,
            remedy: "Is it deployed with this contract? See: pos status",
            cause,
          }),
      ),
    )
}

const build = <Out>(kpi: Kpi<Out>, parts: Parts): KpiQuery<Out> => {
  const fields = fieldsOf(kpi.stored)
  const decode = kpiRowFromJson(kpi)
  const tables = [{ name: kpi.name, path: `kpi/${kpi.name}` }]
  const stream = Stream.unwrap(
    Effect.gen(function* () {
      const ratio = [...parts.where.map(([name]) => name), ...parts.order.map(({ column }) => column)].find((name) =>
        kpi.ratios.some((one) => one.name === name),
      )
      if (ratio !== undefined)
        return yield* new LakeUnavailable({
          problem: `${ratio} is a ratio, which no table stores: ${kpi.name} can't be filtered or ordered by it.`,
          remedy: "Filter or order the rows after reading them.",
        })
      const lake = yield* Lake
      const { columns, batches } = yield* query(lake, { tables, ...statement(kpi, fields, parts) })
      return batches.pipe(
        Stream.flatMap(Stream.fromIterable),
        Stream.mapEffect((cells) =>
          decode(Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? null]))),
        ),
      )
    }),
  )
  return {
    where: (conditions) => build(kpi, { ...parts, where: [...parts.where, ...Object.entries(conditions)] }),
    orderBy: (column, direction = "ascending") =>
      build(kpi, { ...parts, order: [...parts.order, { column, direction }] }),
    limit: (limit) => build(kpi, { ...parts, limit }),
    rows: Effect.map(Stream.runCollect(stream), (rows) => [...rows]),
    stream,
  }
}

/** All rows of a KPI, in no order, until the question says more. */
export const readKpi = <Out>(kpi: Kpi<Out>): KpiQuery<Out> => build(kpi, { where: [], order: [], limit: undefined })
