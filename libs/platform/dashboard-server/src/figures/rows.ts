/** A KPI's rows of one period beside those of earlier ones: searched, ordered and cut where the data are. */
import { periodOf } from "@pos/contract"
import { identifier } from "@pos/lake"
import type { Dimension, KpiPage } from "@pos/pages"
import { Effect } from "effect"
import { WrongQuestion } from "../api/api.ts"
import type { Against, KpiRows, Value } from "../api/figures.ts"
import { ask, isThere } from "../ask.ts"
import { Kept } from "../kept.ts"
import { curatedView, type Deployment, type FoundKpi } from "../source.ts"
import { aggregate, storedMeasures, withRatios } from "./aggregate.ts"
import { comparedWith } from "./periods.ts"

export interface Asked {
  readonly date: string
  readonly search?: string | undefined
  readonly group?: string | undefined
  readonly order?: string | undefined
  readonly direction?: "ascending" | "descending" | undefined
  readonly offset?: number | undefined
  readonly limit?: number | undefined
}

const USUAL_LIMIT = 50
const MOST_ROWS = 5000

interface Named {
  readonly dimension: Dimension
  readonly names: NonNullable<Dimension["names"]>
}

/** The dimension whose values have names in a table that is there; of several, the first. */
const namedBy = Effect.fnUntraced(function* ({ lake }: Deployment, { dimensions }: KpiPage) {
  for (const dimension of dimensions) {
    const { names } = dimension
    if (names !== undefined && (yield* isThere(lake, curatedView(names.dataset))))
      return { dimension, names } satisfies Named
  }
  return undefined
})

const wrongGroup = (page: KpiPage, group: string, named: Named | undefined) => {
  const groups = page.dimensions.flatMap(({ names }) => names?.groups ?? []).map(({ name }) => name)
  const missing = page.dimensions.find(({ names }) => names?.groups.some(({ name }) => name === group))?.names?.dataset
  return new WrongQuestion({
    problem: `${page.name} can't be grouped by ${group}.`,
    remedy:
      missing !== undefined && named === undefined
        ? `There is no data in ${missing} yet: send a file of it.`
        : `Groups: ${groups.join(", ") || "none"}.`,
  })
}

interface Shape {
  /** What a row stands for, as SQL over the KPI's table `k` and the names `n`, by name. */
  readonly keys: ReadonlyArray<readonly [name: string, sql: string]>
  readonly label: string
  readonly join: string
}

const own = (name: string): string => `k.${identifier(name)}`

const shapeOf = (page: KpiPage, named: Named | undefined, group: string | undefined): Shape => {
  const join =
    named === undefined
      ? ""
      : `LEFT JOIN ${identifier(named.names.dataset)} n ON n.${identifier(named.names.key)} = ${own(named.dimension.name)}`
  if (group !== undefined) return { keys: [[group, `n.${identifier(group)}`]], label: "NULL", join }
  return {
    keys: page.dimensions.map(({ name }) => [name, own(name)]),
    label: named === undefined ? "NULL" : `n.${identifier(named.names.label)}`,
    join,
  }
}

/** What the rows are ordered by: a column of the statement below. */
const orderOf = Effect.fnUntraced(function* (page: KpiPage, { keys }: Shape, order: string | undefined) {
  const [first] = storedMeasures(page)
  const wanted = order ?? first?.name
  const key = keys.findIndex(([name]) => name === wanted)
  if (key !== -1) return `k${key}`
  const measure = storedMeasures(page).findIndex(({ name }) => name === wanted)
  if (measure !== -1) return `now${measure}`
  const ratio = page.measures.find(({ name }) => name === wanted)?.ratio
  if (ratio !== undefined) {
    const place = (name: string) => `now${storedMeasures(page).findIndex((one) => one.name === name)}`
    return `CAST(${place(ratio.of)} AS DOUBLE) / nullif(CAST(${place(ratio.per)} AS DOUBLE), 0)`
  }
  if (wanted === "label") return "label"
  if (wanted === "change") return "coalesce(now0, 0) - coalesce(before0, 0)"
  return yield* new WrongQuestion({
    problem: `${page.name} can't be ordered by ${wanted}.`,
    remedy: `By: ${[...keys.map(([name]) => name), ...page.measures.map(({ name }) => name), "label", "change"].join(", ")}.`,
  })
})

const pattern = (search: string): string => `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`

export const kpiRows = Effect.fn("kpiRows")(function* (deployment: Deployment, { page }: FoundKpi, asked: Asked) {
  const { lake } = deployment
  const { direction = "descending", group, limit = USUAL_LIMIT, offset = 0, search = "" } = asked
  const period = periodOf(page.grain, asked.date)
  const named = yield* namedBy(deployment, page)
  if (group !== undefined && !(named?.names.groups ?? []).some(({ name }) => name === group))
    return yield* wrongGroup(page, group, named)
  const shape = shapeOf(page, named, group)
  const order = yield* orderOf(page, shape, asked.order)
  const periods: ReadonlyArray<readonly [Against | "now", string]> = [
    ["now", period],
    ...comparedWith(page.grain, period).map((one) => [one.against, one.period] as const),
  ]
  const from = yield* Kept.use((kept) =>
    kept.rows(
      page,
      periods.map(([, day]) => day),
    ),
  )
  if (from === undefined) return { total: 0, rows: [] } satisfies KpiRows
  const measures = storedMeasures(page)
  const column = (at: number) => `p = CAST('${periods[at]?.[1]}' AS DATE)`
  const columns = periods.flatMap(([against], at) => [
    `count(*) FILTER (WHERE ${column(at)}) AS ${against}_rows`,
    ...measures.map((measure, place) => `${aggregate(measure, column(at))} AS ${against}${place}`),
  ])
  const keys = shape.keys.map((_, at) => `k${at}`)
  const words = [...keys.map((key) => `CAST(${key} AS VARCHAR)`), "label"]
  const matches = words.map((word) => String.raw`${word} ILIKE ? ESCAPE '\'`).join(" OR ")
  const lately = ["now", "before", "week"].filter((one) => periods.some(([against]) => against === one))
  const rows = yield* ask(lake, {
    tables: [],
    sql: [
      `WITH scoped AS (SELECT k.${identifier(page.period)} AS p,`,
      `${shape.keys.map(([, sql], at) => `${sql} AS k${at},`).join(" ")} CAST(${shape.label} AS VARCHAR) AS label,`,
      measures.map(({ name }) => `k.${identifier(name)}`).join(", "),
      `FROM ${from} k ${shape.join}`,
      `WHERE k.${identifier(page.period)} IN (${periods.map(([, day]) => `CAST('${day}' AS DATE)`).join(", ")})),`,
      `beside AS (SELECT ${[...keys, "any_value(label) AS label", ...columns].join(", ")} FROM scoped`,
      `${keys.length === 0 ? "" : `GROUP BY ${keys.join(", ")}`})`,
      "SELECT *, count(*) OVER () AS found FROM beside",
      // What sold only a year ago is no news.
      `WHERE (${lately.map((against) => `${against}_rows > 0`).join(" OR ")})`,
      search === "" ? "" : `AND (${matches})`,
      `ORDER BY ${order} ${direction === "ascending" ? "ASC" : "DESC"} NULLS LAST${keys.map((key) => `, ${key}`).join("")}`,
      "LIMIT ? OFFSET ?",
    ].join(" "),
    parameters: [...(search === "" ? [] : words.map(() => pattern(search))), Math.min(limit, MOST_ROWS), offset],
  })
  const place = new Map(measures.map(({ name }, at) => [name, at]))
  const valuesOf = (row: (typeof rows)[number], against: Against | "now") => {
    const stored = (name: string) => (row[`${against}${place.get(name)}`] ?? null) as Value | null
    return withRatios(page, stored)
  }
  return {
    total: Number(rows[0]?.["found"] ?? 0),
    rows: rows.map((row) => {
      const earlier = (against: Against) => (Number(row[`${against}_rows`] ?? 0) > 0 ? valuesOf(row, against) : null)
      return {
        key: Object.fromEntries(shape.keys.map(([name], at) => [name, (row[`k${at}`] ?? null) as Value | null])),
        ...(typeof row["label"] === "string" ? { label: row["label"] } : {}),
        values: valuesOf(row, "now"),
        before: earlier("before"),
        week: earlier("week"),
        year: earlier("year"),
      }
    }),
  } satisfies KpiRows
})
