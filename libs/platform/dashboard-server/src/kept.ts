/**
 * KPI rows that were read once stay in memory, period by period, until the files of their period are others. What a page
 * shows again, or shows of many days, then costs a look into the table's log instead of a request for every day.
 */
import { identifier, literal, nameTables, type OpenLake, type TableView } from "@pos/lake"
import type { KpiPage } from "@pos/pages"
import { Clock, Context, Effect, Layer, Semaphore } from "effect"
import type { NotAnswered } from "./api/api.ts"
import { notAnswered } from "./ask.ts"
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

const failed = (view: TableView) => (cause: Error) =>
  notAnswered({
    problem: `The table ${view.name} can't be read: ${cause.message.split("\n")[0]}`,
    remedy: "Is the lake reachable? See: pos status",
  })

const run = (lake: Pick<OpenLake, "connection">, view: TableView, sql: string) =>
  Effect.tryPromise({
    try: async () => (await lake.connection.runAndReadAll(sql)).getRows(),
    catch: (error) => failed(view)(error instanceof Error ? error : new Error(String(error))),
  })

const MISSING = /No files in log segment|Path does not exist/

/** The data files of each period, as one text; undefined where there is no table. */
const filesOf = (lake: OpenLake, view: TableView) =>
  run(
    lake,
    view,
    `SELECT data_file FROM delta_list_files(${literal(`${lake.location.uri}/${view.path}`)}) ORDER BY 1`,
  ).pipe(
    Effect.map((rows) => {
      const files = new Map<string, string>()
      for (const [file] of rows) {
        const period = /=(\d{4}-\d{2}-\d{2})\/[^/]*$/.exec(String(file))?.[1]
        if (period !== undefined) files.set(period, `${files.get(period) ?? ""}${String(file)}\n`)
      }
      return files
    }),
    Effect.catchIf(
      ({ problem }) => MISSING.test(problem),
      () => Effect.succeed(undefined),
    ),
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

      const forget = Effect.fnUntraced(function* (view: TableView, kept: TableView, table: KeptTable) {
        yield* run(lake, view, `DROP TABLE IF EXISTS ${identifier(kept.name)}`)
        yield* run(lake, view, `DROP VIEW IF EXISTS ${identifier(view.name)}`)
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
          yield* run(
            lake,
            view,
            `CREATE TABLE ${identifier(kept.name)} AS SELECT * FROM ${identifier(view.name)} LIMIT 0`,
          )
        table.made = true
        if (changed.length === 0) return
        const those = `WHERE ${identifier(page.period)} IN (${listOf(changed)})`
        // At once for those who ask meanwhile, who have connections of their own: nobody sees a period without its rows.
        const own = { connection: yield* Effect.mapError(lake.connect, notAnswered) }
        yield* run(own, view, "BEGIN")
        yield* run(own, view, `DELETE FROM ${identifier(kept.name)} ${those}`)
        yield* run(own, view, `INSERT INTO ${identifier(kept.name)} SELECT * FROM ${identifier(view.name)} ${those}`)
        yield* run(own, view, "COMMIT")
      }, Effect.scoped)

      const rows = Effect.fn("Kept.rows")(function* (page: KpiPage, periods: ReadonlyArray<string>) {
        const view = kpiView(page)
        const kept: TableView = { name: `kept ${page.name}`, path: view.path }
        const table = tableOf(page.name)
        return yield* table.one.withPermit(
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            if (table.listed === undefined || now - table.listed.at >= LISTED_FOR)
              table.listed = { at: now, files: yield* filesOf(lake, view) }
            const { files } = table.listed
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
      return { rows }
    }),
  )
}
