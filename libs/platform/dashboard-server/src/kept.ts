/**
 * What was read of KPIs stays in memory, period by period, until the files of their period are others: rows, as far as they are
 * few, and what they come to. What a page shows again, or shows of many days, then costs a look into the table's log instead of
 * a request for every day.
 */
import { identifier, literal, nameTables, type OpenLake, type TableView, toJson } from "@pos/lake"
import type { KpiPage } from "@pos/pages"
import { Clock, Context, Effect, Layer, Semaphore } from "effect"
import type { NotAnswered } from "./api/api.ts"
import type { Totals } from "./api/figures.ts"
import { notAnswered } from "./ask.ts"
import { sumsOf, totalsIn } from "./figures/sums.ts"
import { kpiView, Source } from "./source.ts"
import { failed, filesOf, type PeriodFiles, rowsOf, type TableFiles } from "./table-files.ts"

/** How long a table's list of files is taken for the present one, milliseconds. */
const LISTED_FOR = 1000

/** Of one KPI, some 100 bytes each. More are read where they lie. */
const MOST_ROWS = 3_000_000

interface KeptTable {
  readonly one: Semaphore.Semaphore
  readonly summing: Semaphore.Semaphore
  /** The data files of each period whose rows are kept, as they were when it was read. */
  readonly periods: Map<string, string>
  /** The same of what they come to. */
  readonly totals: Map<string, { readonly paths: string; readonly totals: Totals | undefined }>
  rows: number
  listed: { readonly at: number; readonly files: TableFiles | undefined } | undefined
  made: boolean
}

interface Changed {
  readonly changed: ReadonlyArray<string>
  readonly files: ReadonlyMap<string, PeriodFiles>
}

const keptView = ({ name }: KpiPage): TableView => ({ name: `kept ${name}`, path: `kpi/${name}` })

/**
 * SQL: the rows in the files of these periods, with the columns of the empty table; undefined where there are none. Named one by
 * one: a table of Delta leaves no file out when it is asked for several dates.
 */
const filesIn = (kept: TableView, page: KpiPage, files: Changed["files"], periods: ReadonlyArray<string>) => {
  const paths = periods.flatMap((period) => files.get(period)?.paths.trimEnd().split("\n") ?? [])
  if (paths.length === 0) return undefined
  const options = `hive_partitioning = true, hive_types = {${literal(page.period)}: DATE}, union_by_name = true`
  return `(SELECT * FROM ${identifier(kept.name)} WHERE false UNION ALL BY NAME SELECT * FROM read_parquet([${paths.map(literal).join(", ")}], ${options}))`
}

/** Rows of KPIs, in memory. */
export class Kept extends Context.Service<
  Kept,
  {
    /**
     * Where the rows of these periods can be selected from, as SQL: the table in memory, or their files where they are too many
     * to be kept. Undefined where the KPI has no table yet.
     */
    readonly rows: (page: KpiPage, periods: ReadonlyArray<string>) => Effect.Effect<string | undefined, NotAnswered>
    /** What all rows of these periods come to. */
    readonly totals: (
      page: KpiPage,
      periods: ReadonlyArray<string>,
    ) => Effect.Effect<ReadonlyMap<string, Totals>, NotAnswered>
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
          summing: Semaphore.makeUnsafe(1),
          periods: new Map(),
          totals: new Map(),
          rows: 0,
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
          table.listed = { at: now, files: yield* filesOf(lake, view, table.listed?.files) }
        return table.listed.files?.periods
      })

      const run = (view: TableView, sql: string, at: Pick<OpenLake, "connection"> = lake) =>
        Effect.mapError(rowsOf(at, sql), failed(lake, view))

      const forget = Effect.fnUntraced(function* (view: TableView, kept: TableView, table: KeptTable) {
        yield* run(view, `DROP TABLE IF EXISTS ${identifier(kept.name)}`)
        yield* run(view, `DROP VIEW IF EXISTS ${identifier(view.name)}`)
        lake.views.delete(view.name)
        table.periods.clear()
        table.rows = 0
        table.made = false
      })

      /** The empty table has the columns that the KPI's own has now. */
      const make = Effect.fnUntraced(function* (page: KpiPage, kept: TableView, table: KeptTable) {
        if (table.made) return
        const view = kpiView(page)
        yield* Effect.mapError(nameTables(lake, [view]), notAnswered)
        yield* run(view, `CREATE TABLE ${identifier(kept.name)} AS SELECT * FROM ${identifier(view.name)} LIMIT 0`)
        table.made = true
      })

      const read = Effect.fnUntraced(function* (kept: TableView, page: KpiPage, { changed, files }: Changed) {
        const name = identifier(kept.name)
        const view = kpiView(page)
        // At once for those who ask meanwhile, who have connections of their own: nobody sees a period without its rows.
        const own = { connection: yield* Effect.mapError(lake.connect, notAnswered) }
        yield* run(view, "BEGIN", own)
        const those = changed.map((period) => `DATE ${literal(period)}`).join(", ")
        yield* run(view, `DELETE FROM ${name} WHERE ${identifier(page.period)} IN (${those})`, own)
        const there = filesIn(kept, page, files, changed)
        if (there !== undefined) yield* run(view, `INSERT INTO ${name} BY NAME SELECT * FROM ${there}`, own)
        yield* run(view, "COMMIT", own)
      }, Effect.scoped)

      /** A column that the table has got since makes another empty table: then everything is read anew. */
      const again = <A>(page: KpiPage, kept: TableView, table: KeptTable, work: Effect.Effect<A, NotAnswered>) => {
        const made = Effect.andThen(make(page, kept, table), work)
        return Effect.catch(made, () => Effect.andThen(forget(kpiView(page), kept, table), made))
      }

      const rows = Effect.fn("Kept.rows")(function* (page: KpiPage, periods: ReadonlyArray<string>) {
        const kept = keptView(page)
        const table = tableOf(page.name)
        return yield* table.one.withPermit(
          Effect.gen(function* () {
            const files = yield* filesNow(kpiView(page), table)
            if (files === undefined) return undefined
            const others = () => periods.filter((period) => files.get(period)?.paths !== table.periods.get(period))
            const countOf = (some: ReadonlyArray<string>) =>
              some.reduce((sum, period) => sum + (files.get(period)?.rows ?? 0), 0)
            if (others().length > 0 && countOf(periods) > MOST_ROWS) {
              yield* again(page, kept, table, Effect.void)
              return filesIn(kept, page, files, periods)
            }
            if (table.rows + countOf(others()) > MOST_ROWS) yield* forget(kpiView(page), kept, table)
            yield* again(
              page,
              kept,
              table,
              Effect.suspend(() => {
                const changed = others()
                return changed.length === 0 ? Effect.void : read(kept, page, { changed, files })
              }),
            )
            table.rows += countOf(others())
            for (const period of periods) {
              const at = files.get(period)
              if (at === undefined) table.periods.delete(period)
              else table.periods.set(period, at.paths)
            }
            return identifier(kept.name)
          }),
        )
      })

      const totals = Effect.fn("Kept.totals")(function* (page: KpiPage, periods: ReadonlyArray<string>) {
        const kept = keptView(page)
        const table = tableOf(page.name)
        return yield* table.summing.withPermit(
          Effect.gen(function* () {
            const files =
              (yield* table.one.withPermit(filesNow(kpiView(page), table))) ?? new Map<string, PeriodFiles>()
            const missing = periods.filter((period) => files.get(period)?.paths !== table.totals.get(period)?.paths)
            const from = filesIn(kept, page, files, missing)
            const asked = from === undefined ? Effect.succeed([]) : run(kpiView(page), sumsOf(page, from, missing))
            const cells = missing.length === 0 ? [] : yield* table.one.withPermit(again(page, kept, table, asked))
            const found = totalsIn(
              page,
              cells.map((row) => row.map(toJson)),
            )
            for (const period of missing) {
              const at = files.get(period)
              if (at === undefined) table.totals.delete(period)
              else table.totals.set(period, { paths: at.paths, totals: found.get(period) })
            }
            return new Map(
              periods.flatMap((period) => {
                const one = table.totals.get(period)?.totals
                return one === undefined ? [] : [[period, one] as const]
              }),
            )
          }),
        )
      })

      const periods = Effect.fn("Kept.periods")(function* (page: KpiPage) {
        const table = tableOf(page.name)
        return [...((yield* table.one.withPermit(filesNow(kpiView(page), table)))?.keys() ?? [])]
      })

      return { rows, totals, periods }
    }),
  )
}
