/** Where a figure comes from: its rows, and the files that brought them. */
import { identifier, literal } from "@pos/lake"
import type { DatasetPage } from "@pos/pages"
import { memberColumn } from "@pos/pipeline"
import { Effect } from "effect"
import type { Origin, Value } from "../api/figures.ts"
import { ask, isThere } from "../ask.ts"
import type { RecentRun, ValidatedRows } from "../platform/recent-runs.ts"
import { curatedView, type Deployment, type FoundKpi } from "../source.ts"
import { spanAround } from "./periods.ts"
import { chosen, isValue } from "./where.ts"

export interface Asked {
  readonly date: string
  readonly where?: string | undefined
  readonly offset?: number | undefined
  readonly limit?: number | undefined
}

const USUAL_LIMIT = 50
const MOST_ROWS = 500
/** More files make a question that nobody waits for. */
const MOST_FILES = 2000

type Row = Readonly<Record<string, unknown>>

const keyOf = ({ key }: DatasetPage, row: Row): string => JSON.stringify(key.map((name) => String(row[name] ?? "")))

const textOf = (name: string): string => `CAST(${identifier(name)} AS VARCHAR)`

interface File extends ValidatedRows {
  readonly runId: string
}

/** One text for the rows of each file, wherever they lie. */
const placeOf = (uri: string, member: unknown): string => JSON.stringify([uri, Number(member ?? 0)])

/** Which of these files hold rows with these keys. */
const holding = Effect.fnUntraced(function* (
  { results }: Deployment,
  dataset: DatasetPage,
  rows: ReadonlyArray<Row>,
  files: ReadonlyArray<File>,
) {
  const uris = new Set(files.map(({ uri }) => uri))
  const member = files.some((file) => file.member !== undefined) ? identifier(memberColumn) : "0"
  return yield* ask(results, {
    tables: [],
    sql: [
      `SELECT filename, ${member} AS "of member", ${dataset.key.map((name) => `${textOf(name)} AS ${identifier(name)}`).join(", ")}`,
      `FROM read_parquet([${[...uris].map(literal).join(", ")}], filename = true, union_by_name = true)`,
      `WHERE (${dataset.key.map(textOf).join(", ")}) IN (${rows.map(() => `(${dataset.key.map(() => "?").join(", ")})`).join(", ")})`,
    ].join(" "),
    parameters: rows.flatMap((row) => dataset.key.map((name) => String(row[name] ?? ""))),
  })
})

/**
 * By the key of a row: the number of the file that brought it. Of several it is that of the first run, or of the last: runs are
 * looked through from there, until each row is found.
 */
const broughtBy = Effect.fnUntraced(function* (
  deployment: Deployment,
  dataset: DatasetPage,
  rows: ReadonlyArray<Row>,
  runs: ReadonlyArray<RecentRun>,
) {
  const ofRun = runs.map(({ report: { runId }, validated }) => validated.map((one): File => ({ ...one, runId })))
  const files = ofRun.flat()
  const place = new Map(files.map(({ member, uri }, at) => [placeOf(uri, member), at]))
  const isFirst = dataset.acrossFiles === "keepFirst"
  const of = new Map<string, number>()
  let left = MOST_FILES
  for (const some of isFirst ? ofRun : ofRun.toReversed()) {
    const missing = rows.filter((row) => !of.has(keyOf(dataset, row)))
    const looked = isFirst ? some.slice(0, left) : some.slice(Math.max(0, some.length - left))
    if (missing.length === 0 || looked.length === 0) continue
    left -= looked.length
    for (const row of yield* holding(deployment, dataset, missing, looked)) {
      const [key, at] = [keyOf(dataset, row), place.get(placeOf(String(row["filename"]), row["of member"]))]
      if (at === undefined) continue
      const known = of.get(key)
      if (known === undefined || (isFirst ? at < known : at > known)) of.set(key, at)
    }
  }
  return { files, of }
})

/** The rows of a figure, page by page. `runs` are those that have loaded rows of its period, the newest first. */
export const origin = Effect.fn("origin")(function* (
  deployment: Deployment,
  { dataset, page }: FoundKpi,
  { date, limit = USUAL_LIMIT, offset = 0, where }: Asked,
  runs: ReadonlyArray<RecentRun>,
) {
  const view = curatedView(dataset.name)
  const selected = yield* chosen(page, where)
  const conditions = selected.flatMap(({ dimension: { column, format }, value }) =>
    column === undefined ? [] : [isValue(column, value, format)],
  )
  const columns = dataset.columns.filter(({ personal }) => personal !== true).map(({ name }) => name)
  const { first, last } = spanAround(page.grain, date)
  const rows = (yield* isThere(deployment.lake, view))
    ? yield* ask(deployment.lake, {
        tables: [view],
        sql: [
          `SELECT *, count(*) OVER () AS "of all" FROM ${identifier(dataset.name)}`,
          "WHERE date BETWEEN CAST(? AS DATE) AND CAST(? AS DATE)",
          ...conditions.map(({ sql }) => `AND ${sql}`),
          `ORDER BY ${["date", ...dataset.key].map(identifier).join(", ")} LIMIT ? OFFSET ?`,
        ].join(" "),
        parameters: [
          first,
          last,
          ...conditions.flatMap(({ parameters }) => parameters),
          Math.min(limit, MOST_ROWS),
          offset,
        ],
      })
    : []
  const brought = yield* broughtBy(deployment, dataset, rows, runs.toReversed())
  const used = [...new Set(rows.flatMap((row) => brought.of.get(keyOf(dataset, row)) ?? []))].toSorted((a, b) => a - b)
  const fileOf = (row: Row): number | null => {
    const at = brought.of.get(keyOf(dataset, row))
    return at === undefined ? null : used.indexOf(at)
  }
  return {
    dataset: dataset.name,
    total: Number(rows[0]?.["of all"] ?? 0),
    columns,
    rows: rows.map((row) => ({
      values: columns.map((name) => (row[name] ?? null) as Value | null),
      file: fileOf(row),
    })),
    files: used.flatMap((at) => {
      const file = brought.files[at]
      return file === undefined
        ? []
        : [
            {
              runId: file.runId,
              file: file.file,
              rows: rows.filter((row) => brought.of.get(keyOf(dataset, row)) === at).length,
            },
          ]
    }),
    notNarrowed: selected
      .filter(({ dimension }) => dimension.column === undefined)
      .map(({ dimension }) => dimension.name),
  } satisfies Origin
})
