/**
 * KPI rows that were read once stay in memory, period by period, until the files of their period are others. What a page
 * shows again, or shows of many days, then costs a look into the table's log instead of a request for every day.
 */
import {
  attempt,
  identifier,
  isMissing,
  literal,
  nameTables,
  type OpenLake,
  type TableView,
  unreadable,
} from "@pos/lake"
import type { KpiPage } from "@pos/pages"
import { Clock, Context, Effect, Layer, Semaphore } from "effect"
import type { NotAnswered } from "./api/api.ts"
import { notAnswered } from "./ask.ts"
import { periodOfFile } from "./figures/periods.ts"
import { kpiView, Source } from "./source.ts"

/** How long a table's list of files is taken for the present one, milliseconds. */
const LISTED_FOR = 1000

interface KeptTable {
  readonly one: Semaphore.Semaphore
  /** The data files of each period, as they were when it was read. */
  readonly periods: Map<string, string>
  listed: { readonly at: number; readonly files: ReadonlyMap<string, string> | undefined } | undefined
  made: boolean
}

const rowsOf = ({ connection }: Pick<OpenLake, "connection">, sql: string) =>
  attempt(
    async () => (await connection.runAndReadAll(sql)).getRows(),
    (error) => error,
  )

const failed = (lake: OpenLake, view: TableView) => (cause: Error) =>
  notAnswered(unreadable(lake.location, view)(cause))

/** The data files of each period, as one text; undefined where there is no table. */
const filesOf = (lake: OpenLake, view: TableView) =>
  rowsOf(
    lake,
    `SELECT data_file FROM delta_list_files(${literal(`${lake.location.uri}/${view.path}`)}) ORDER BY 1`,
  ).pipe(
    Effect.map((rows) => {
      const files = new Map<string, string>()
      for (const [file] of rows) {
        const period = periodOfFile(String(file))
        if (period !== undefined) files.set(period, `${files.get(period) ?? ""}${String(file)}\n`)
      }
      return files
    }),
    Effect.catchIf(isMissing, () => Effect.succeed(undefined)),
    Effect.mapError(failed(lake, view)),
  )

const listOf = (periods: ReadonlyArray<string>): string => periods.map((period) => `DATE ${literal(period)}`).join(", ")

/** Rows of KPIs, in memory. */
export class Kept extends Context.Service<
  Kept,
  {
    /**
     * The view of a table that holds the rows of these periods as they are now; undefined where the KPI has no table yet.
     */
    readonly rows: (page: KpiPage, periods: ReadonlyArray<string>) => Effect.Effect<TableView | undefined, NotAnswered>
    /** The periods that a KPI has rows of, in no order. */
    readonly periods: (page: KpiPage) => Effect.Effect<ReadonlyArray<string>, NotAnswered>
  }
>()("@pos/dashboard/Kept") {
  static readonly layer = Layer.effect(
    Kept,
    Effect.gen(function* () {
      const { lake } = yield* Source
      const tables = new Map<string, KeptTable>()
      const tableOf = (name: string): KeptTable => {
        const known = tables.get(name) ?? {
          one: Semaphore.makeUnsafe(1),
          periods: new Map(),
          listed: undefined,
          made: false,
        }
        tables.set(name, known)
        return known
      }

      /** What a table consists of, as it was a moment ago; undefined where there is none. */
      const filesNow = Effect.fnUntraced(function* (view: TableView, table: KeptTable) {
        const now = yield* Clock.currentTimeMillis
        if (table.listed === undefined || now - table.listed.at >= LISTED_FOR)
          table.listed = { at: now, files: yield* filesOf(lake, view) }
        return table.listed.files
      })

      const run = (view: TableView, sql: string, at: Pick<OpenLake, "connection"> = lake) =>
        Effect.mapError(rowsOf(at, sql), failed(lake, view))

      const forget = Effect.fnUntraced(function* (view: TableView, kept: TableView, table: KeptTable) {
        yield* run(view, `DROP TABLE IF EXISTS ${identifier(kept.name)}`)
        yield* run(view, `DROP VIEW IF EXISTS ${identifier(view.name)}`)
        lake.views.delete(view.name)
        table.periods.clear()
        table.made = false
      })

      const read = Effect.fnUntraced(function* (
        page: KpiPage,
        kept: TableView,
        table: KeptTable,
        changed: ReadonlyArray<string>,
      ) {
        const view = kpiView(page)
        yield* Effect.mapError(nameTables(lake, [view]), notAnswered)
        if (!table.made)
          yield* run(view, `CREATE TABLE ${identifier(kept.name)} AS SELECT * FROM ${identifier(view.name)} LIMIT 0`)
        table.made = true
        if (changed.length === 0) return
        const those = `WHERE ${identifier(page.period)} IN (${listOf(changed)})`
        // At once for those who ask meanwhile, who have connections of their own: nobody sees a period without its rows.
        const own = { connection: yield* Effect.mapError(lake.connect, notAnswered) }
        yield* run(view, "BEGIN", own)
        yield* run(view, `DELETE FROM ${identifier(kept.name)} ${those}`, own)
        yield* run(view, `INSERT INTO ${identifier(kept.name)} SELECT * FROM ${identifier(view.name)} ${those}`, own)
        yield* run(view, "COMMIT", own)
      }, Effect.scoped)

      const rows = Effect.fn("Kept.rows")(function* (page: KpiPage, periods: ReadonlyArray<string>) {
        const view = kpiView(page)
        const kept: TableView = { name: `kept ${page.name}`, path: view.path }
        const table = tableOf(page.name)
        return yield* table.one.withPermit(
          Effect.gen(function* () {
            const files = yield* filesNow(view, table)
            if (files === undefined) return undefined
            const changed = periods.filter((period) => files.get(period) !== table.periods.get(period))
            if (changed.length > 0 || !table.made) {
              // A column that the table has got since makes another view.
              yield* read(page, kept, table, changed).pipe(
                Effect.catch(() => Effect.andThen(forget(view, kept, table), read(page, kept, table, periods))),
              )
              for (const period of periods) {
                const at = files.get(period)
                if (at === undefined) table.periods.delete(period)
                else table.periods.set(period, at)
              }
            }
            return kept
          }),
        )
      })
      const periods = Effect.fn("Kept.periods")(function* (page: KpiPage) {
        const table = tableOf(page.name)
        return [...((yield* table.one.withPermit(filesNow(kpiView(page), table)))?.keys() ?? [])]
      })

      return { rows, periods }
    }),
  )
}
