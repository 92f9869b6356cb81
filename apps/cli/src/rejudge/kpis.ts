/** The KPI tables of two lakes, value by value. */
import { BigDecimal, Effect } from "effect"
import { decimalText, identifier, openLake, type OpenLake, queryAll, readStored, type TableView } from "../lake.ts"
import type { Difference, OfKpi } from "./document.ts"
import type { KpiView } from "./plans.ts"

/** The names of the two lakes' folders, and what their tables' names begin with. */
export const SIDES = ["before", "after"] as const

const NUMBER = /^(tinyint|smallint|int|bigint|float|double|decimal\(.*)$/

const typeOf = ({ columns }: KpiView, name: string): string =>
  columns.find((column) => column.name === name)?.type ?? ""

/** Why the rows of two tables can't be told apart by the same key; null where they can. */
export const notComparable = (before: KpiView | undefined, after: KpiView | undefined): string | null => {
  if (before === undefined) return "it is new"
  if (after === undefined) return "it is no longer computed"
  if ((before.grain ?? "day") !== (after.grain ?? "day")) return "a row stands for another time"
  return before.key.join() === after.key.join() ? null : "its rows have another key"
}

interface Compared {
  readonly kpi: string
  readonly key: ReadonlyArray<string>
  readonly measure: string
  readonly numeric: boolean
}

/**
 * The rows in which a measure differs. `tables` are what the two are called in SQL: where one of them is not there, as nothing
 * was loaded, undefined.
 */
export const differenceStatement = (
  { key, measure, numeric }: Compared,
  tables: Readonly<Partial<Record<(typeof SIDES)[number], string>>>,
  limit: number,
): string => {
  const relation = (side: (typeof SIDES)[number]) =>
    tables[side] === undefined
      ? `(SELECT * FROM ${identifier(tables[side === "before" ? "after" : "before"] ?? "")} WHERE false)`
      : identifier(tables[side])
  const on = key.map((name) => `b.${identifier(name)} IS NOT DISTINCT FROM a.${identifier(name)}`).join(" AND ")
  const of = (side: string) => `${side}.${identifier(measure)}`
  const size = numeric
    ? `abs(coalesce(CAST(${of("a")} AS DOUBLE), 0) - coalesce(CAST(${of("b")} AS DOUBLE), 0))`
    : "CAST(0 AS DOUBLE)"
  const columns = key.map(
    (name, at) => `CAST(coalesce(b.${identifier(name)}, a.${identifier(name)}) AS VARCHAR) AS key_${at}`,
  )
  return [
    `SELECT ${[
      ...columns,
      `CAST(${of("b")} AS VARCHAR) AS value_before`,
      `CAST(${of("a")} AS VARCHAR) AS value_after`,
      `${size} AS size`,
      "count(*) OVER () AS total",
    ].join(", ")}`,
    `FROM ${relation("before")} AS b FULL OUTER JOIN ${relation("after")} AS a ON ${on}`,
    `WHERE ${of("b")} IS DISTINCT FROM ${of("a")}`,
    `ORDER BY size DESC, ${key.map((_, at) => `key_${at}`).join(", ")}`,
    ...(limit > 0 ? [`LIMIT ${limit}`] : []),
  ].join(" ")
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

/** Exact, whatever the digits: `after` less `before`, where nothing counts as 0. */
export const subtract = (after: string | null, before: string | null): string => {
  const [more, less] = [after ?? "0", before ?? "0"].map(BigDecimal.fromStringUnsafe) as [
    BigDecimal.BigDecimal,
    BigDecimal.BigDecimal,
  ]
  const digits = Math.max(0, more.scale, less.scale)
  return decimalText(BigDecimal.scale(BigDecimal.subtract(more, less), digits).value, digits)
}

interface Sized {
  readonly size: number
  readonly difference: Difference
}

const compareMeasure = Effect.fnUntraced(function* (
  lake: OpenLake,
  dataset: string,
  compared: Compared,
  tables: Tables,
  limit: number,
) {
  const names = Object.fromEntries(
    SIDES.flatMap((side) => (tables[side] === undefined ? [] : [[side, tables[side].name]])),
  )
  const rows = yield* queryAll(lake, {
    tables: SIDES.flatMap((side) => tables[side] ?? []),
    sql: differenceStatement(compared, names, limit),
  })
  const { key, kpi, measure, numeric } = compared
  const found = rows.map((row): Sized => {
    const [before, after] = [text(row["value_before"]), text(row["value_after"])]
    return {
      size: Number(row["size"]),
      difference: {
        dataset,
        kpi,
        group: Object.fromEntries(key.map((name, at) => [name, text(row[`key_${at}`])])),
        measure,
        before,
        after,
        difference: numeric ? subtract(after, before) : null,
      },
    }
  })
  return { found, total: Number(rows[0]?.["total"] ?? 0) }
})

type Tables = Readonly<Partial<Record<(typeof SIDES)[number], TableView>>>

/** A KPI's table in each lake, where it is there. */
const tablesOf = Effect.fnUntraced(function* (lake: OpenLake, { path }: KpiView, at: number) {
  const found = yield* Effect.forEach(SIDES, (side) =>
    readStored(lake, { name: `${side}_${at}`, path: `${side}/lake/${path}` }),
  )
  const [before, after] = found
  return { ...(before && { before }), ...(after && { after }) } satisfies Tables
})

/** A KPI by the two contracts; `stale`: dates that one of them could not compute. */
export interface KpiPair {
  readonly dataset: string
  readonly name: string
  readonly before: KpiView | undefined
  readonly after: KpiView | undefined
  readonly stale: number
}

/**
 * Compares the KPI tables in the lakes `before/lake` and `after/lake` of a folder. With a `limit` above 0 only so many of the
 * differences are kept, the largest.
 */
export const compareKpis = Effect.fn("compareKpis")(function* (
  folder: string,
  pairs: ReadonlyArray<KpiPair>,
  limit: number,
) {
  const lake = yield* openLake({ uri: folder })
  const kpis: Array<OfKpi> = []
  let largest: ReadonlyArray<Sized> = []
  for (const [at, { after, before, dataset, name, stale }] of pairs.entries()) {
    const notCompared = notComparable(before, after)
    const measures = notCompared === null ? (after?.measures ?? []).filter((one) => before?.measures.includes(one)) : []
    let differences = 0
    if (after !== undefined && measures.length > 0) {
      const tables = yield* tablesOf(lake, after, at)
      for (const measure of Object.keys(tables).length === 0 ? [] : measures) {
        const numeric = [before, after].every((kpi) => kpi !== undefined && NUMBER.test(typeOf(kpi, measure)))
        const compared = { kpi: name, key: after.key, measure, numeric }
        const { found, total } = yield* compareMeasure(lake, dataset, compared, tables, limit)
        differences += total
        const all = [...largest, ...found].toSorted((one, other) => other.size - one.size)
        largest = limit > 0 ? all.slice(0, limit) : all
      }
    }
    kpis.push({ dataset, kpi: name, measures, differences, stale, notCompared })
  }
  return { kpis, differences: largest.map(({ difference }) => difference) }
}, Effect.scoped)
