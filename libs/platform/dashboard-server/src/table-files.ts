/** The data files of a table, period by period, read off its log: anew where that has gone on. */
import { attempt, isMissing, literal, type OpenLake, type TableView, unreadable } from "@pos/lake"
import { Effect } from "effect"
import { notAnswered } from "./ask.ts"
import { periodOfFile } from "./figures/periods.ts"

export interface PeriodFiles {
  /** All of their paths, as one text: others where the period has been written again. */
  readonly paths: string
  /** Null where the log does not tell. */
  readonly rows: number | null
}

export interface TableFiles {
  /** Of the log's newest entry: its name and what it says. */
  readonly newest: string
  readonly periods: ReadonlyMap<string, PeriodFiles>
}

/** The rows of a statement of this program's own. */
export const rowsOf = ({ connection }: Pick<OpenLake, "connection">, sql: string) =>
  attempt(
    async () => (await connection.runAndReadAll(sql)).getRows(),
    (error) => error,
  )

export const failed = (lake: OpenLake, view: TableView) => (cause: Error) =>
  notAnswered(unreadable(lake.location, view)(cause))

const newestEntry = Effect.fnUntraced(function* (lake: OpenLake, place: string) {
  const [row] = yield* rowsOf(lake, `SELECT max(file) FROM glob(${literal(`${place}/_delta_log/*.json`)})`)
  const file = row?.[0]
  if (typeof file !== "string") return undefined
  // A table that was made anew has entries of the same names.
  const [text] = yield* rowsOf(lake, `SELECT md5(content) FROM read_text(${literal(file)})`)
  return `${file} ${String(text?.[0])}`
})

const listed = Effect.fnUntraced(function* (lake: OpenLake, place: string) {
  const rows = yield* rowsOf(
    lake,
    `SELECT data_file, cardinality FROM delta_list_files(${literal(place)}) ORDER BY data_file`,
  )
  const periods = new Map<string, PeriodFiles>()
  for (const [file, cardinality] of rows) {
    const period = periodOfFile(String(file))
    if (period === undefined) continue
    const before = periods.get(period) ?? { paths: "", rows: 0 }
    const count = Number(cardinality ?? Number.NaN)
    periods.set(period, {
      paths: `${before.paths}${String(file)}\n`,
      rows: before.rows === null || !Number.isSafeInteger(count) ? null : before.rows + count,
    })
  }
  return periods
})

/** As they are now; undefined where there is no table. `known` are those that were found before. */
export const filesOf = (lake: OpenLake, view: TableView, known: TableFiles | undefined) =>
  Effect.gen(function* () {
    const place = `${lake.location.uri}/${view.path}`
    // Looked at first: what is written meanwhile is another entry, which the next one who asks finds.
    const newest = yield* newestEntry(lake, place)
    if (newest === undefined) return undefined
    if (newest === known?.newest) return known
    return { newest, periods: yield* listed(lake, place) } satisfies TableFiles
  }).pipe(
    Effect.catchIf(isMissing, () => Effect.succeed(undefined)),
    Effect.mapError(failed(lake, view)),
  )
