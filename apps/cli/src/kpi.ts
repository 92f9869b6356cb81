/** A KPI table as `pos kpi` and `pos export` read it: newest period first, with its ratios. */
import { periodOf } from "@pos/contract"
import { Effect, Option } from "effect"
import { InvalidRequest } from "./errors.ts"
import type { LakeLocation } from "./lake.ts"
import type { KpiOf } from "./workspace/plan.ts"

export interface KpiRows {
  /** Only the period that this date is in. */
  readonly date: Option.Option<string>
  /** 0: all rows. */
  readonly limit: number
}

/** The rows, read lazily within the scope. */
export const readKpi = Effect.fn("readKpi")(function* (location: LakeLocation, kpi: KpiOf, { date, limit }: KpiRows) {
  const { identifier, openLake, query, withRatioColumns } = yield* Effect.promise(() => import("./lake.ts"))
  const period = Option.map(date, (one) => periodOf(kpi.grain ?? "day", one))
  const rows = yield* query(yield* openLake(location), {
    tables: [kpi],
    sql: statement(kpi, identifier, { dated: Option.isSome(date), limited: limit > 0 }),
    parameters: [...Option.toArray(period), ...(limit > 0 ? [limit] : [])],
  })
  return withRatioColumns(rows, kpi.ratios ?? [])
})

/** The KPI of this name, or the one whose name begins like that. */
export const findKpi = Effect.fnUntraced(function* (kpis: ReadonlyArray<KpiOf>, name: string) {
  const exact = kpis.find((kpi) => kpi.name === name)
  if (exact) return exact
  const begun = kpis.filter((kpi) => kpi.name.startsWith(name))
  const [only] = begun
  if (only && begun.length === 1) return only
  return yield* new InvalidRequest({
    problem:
      begun.length > 1 ? `${name} may mean ${begun.map((kpi) => kpi.name).join(" or ")}.` : `There is no KPI ${name}.`,
    remedy: `KPIs: ${kpis.map((kpi) => kpi.name).join(", ")}.`,
  })
})

/** The order is total, so that a limited list is the same on every call. */
const statement = (
  kpi: KpiOf,
  identifier: (name: string) => string,
  { dated, limited }: { readonly dated: boolean; readonly limited: boolean },
): string => {
  const [period] = kpi.partitionBy
  const measure = kpi.columns.map(({ name }) => name).find((name) => !kpi.key.includes(name))
  const order = [
    `${identifier(period)} DESC`,
    ...(measure ? [`${identifier(measure)} DESC`] : []),
    ...kpi.key.filter((key) => key !== period).map((name) => `${identifier(name)} NULLS LAST`),
  ]
  return [
    `SELECT * FROM ${identifier(kpi.name)}`,
    ...(dated ? [`WHERE ${identifier(period)} = CAST(? AS DATE)`] : []),
    `ORDER BY ${order.join(", ")}`,
    ...(limited ? ["LIMIT ?"] : []),
  ].join(" ")
}
