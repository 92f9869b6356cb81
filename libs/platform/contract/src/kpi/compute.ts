/** The meaning of a KPI: the reference that every engine's table is tested against. */
import { BigDecimal } from "effect"
import { decimal, evaluate, type Parameters, type Row, type Value } from "../expression/evaluate.ts"
import type { Exact } from "../expression/expr.ts"
import { attributeName } from "./dimension.ts"
import type { Aggregate } from "./measure.ts"
import type { Kpi } from "./kpi.ts"
import { PERIOD_COLUMN, periodOf } from "./period.ts"

export interface KpiRows {
  /** The dataset's rows, each with its business date. */
  readonly rows: ReadonlyArray<{ readonly date: string; readonly row: Row }>
  /** The rows of reference data by the name of their table. */
  readonly references?: Readonly<Record<string, ReadonlyArray<Row>>>
  /** The contract's time zone. */
  readonly timeZone?: string
}

/** As a text that two values share exactly when they are the same. */
const textOf = (value: unknown): string =>
  BigDecimal.isBigDecimal(value) ? BigDecimal.format(BigDecimal.normalize(value)) : `${typeof value} ${String(value)}`

const pick = (
  values: ReadonlyArray<Exact>,
  better: (one: BigDecimal.BigDecimal, other: BigDecimal.BigDecimal) => boolean,
) => values.reduce((best, value) => (better(decimal(value), decimal(best)) ? value : best))

const computed = (aggregate: Aggregate, rows: ReadonlyArray<Row>, parameters: Parameters): Value => {
  if (aggregate.op === "count") return BigInt(rows.length)
  const values = rows.map((row) => evaluate(aggregate.of, row, parameters))
  switch (aggregate.op) {
    case "countWhere":
      return BigInt(values.filter((value) => value === true).length)
    case "countDistinct":
      return BigInt(new Set(values.filter((value) => value !== undefined).map(textOf)).size)
    case "sum":
      return aggregate.of.kind === "integer"
        ? (values as ReadonlyArray<bigint>).reduce((sum, value) => sum + value, 0n)
        : BigDecimal.sumAll((values as ReadonlyArray<Exact>).map(decimal))
    case "min":
      return pick(values as ReadonlyArray<Exact>, BigDecimal.isLessThan)
    case "max":
      return pick(values as ReadonlyArray<Exact>, BigDecimal.isGreaterThan)
  }
}

const ordered = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** The rows of the KPI's table, in the order of their groups' names as texts. A column without a value is left out. */
export const computeKpi = (kpi: Kpi, { rows, references = {}, timeZone }: KpiRows): ReadonlyArray<Row> => {
  const parameters = timeZone === undefined ? {} : { time_zone: timeZone }
  const groups = new Map<string, { readonly named: Row; readonly rows: Array<Row> }>()
  for (const { date, row } of rows) {
    const known: Record<string, unknown> = { ...row }
    for (const { table, key } of kpi.lookups) {
      const found = (references[table] ?? []).find((one) =>
        key.every(({ column, of }) => textOf(one[column]) === textOf(evaluate(of, row, parameters))),
      )
      for (const [name, value] of Object.entries(found ?? {})) known[attributeName(table, name)] = value
    }
    const values = [
      [PERIOD_COLUMN[kpi.grain], periodOf(kpi.grain, date)] as const,
      ...kpi.dimensions.map(({ name, of }) => [name, evaluate(of, known, parameters)] as const),
    ]
    const key = JSON.stringify(values.map(([, value]) => textOf(value)))
    const group = groups.get(key) ?? {
      named: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
      rows: [],
    }
    group.rows.push(known)
    groups.set(key, group)
  }
  return [...groups]
    .toSorted(([one], [other]) => ordered(one, other))
    .map(([, group]) => ({
      ...group.named,
      ...Object.fromEntries(
        kpi.measures.map(({ name, aggregate }) => [name, computed(aggregate, group.rows, parameters)]),
      ),
    }))
}
