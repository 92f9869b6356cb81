/** How the platform does: how fresh its tables are, how long runs take, what its tables consist of. */
import { readStored, type StoredTable } from "@pos/lake"
import { Array as Arrays, Clock, Effect } from "effect"
import type { Health } from "../api/platform.ts"
import { notAnswered } from "../ask.ts"
import { periodOfFile, spanOf } from "../figures/periods.ts"
import { curatedView, type Deployment, kpiView } from "../source.ts"
import type { ListedRun } from "./recent-runs.ts"

/** The partition that a data file lies in, by its path; of a table without partitions there is one. */
const partitionOf = (path: string): string => /\/([a-z_]+=[^/]+)\/[^/]*$/.exec(path)?.[1] ?? ""

const stored = ({ lake }: Deployment, table: { readonly name: string; readonly path: string }) =>
  Effect.mapError(readStored(lake, table), notAnswered)

/** Files that share their partition with others: maintenance puts them together. */
const smallFiles = (files: StoredTable["files"]): number =>
  Object.values(Arrays.groupBy(files, ({ path }) => partitionOf(path)))
    .filter((together) => together.length > 1)
    .reduce((sum, together) => sum + together.length, 0)

/** The newest period of a table, by its log. */
const newestOf = (table: StoredTable | undefined): string | null =>
  spanOf((table?.files ?? []).flatMap(({ path }) => periodOfFile(path) ?? []))?.last ?? null

const rowsOf = (files: StoredTable["files"]): number | null =>
  files.reduce<number | null>((sum, { rows }) => (sum === null || rows === null ? null : sum + rows), 0)

const median = (values: ReadonlyArray<number>): number | null =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null

const weekday = (time: string): number => new Date(time).getUTCDay()

/** Each run beside those of the same dataset and weekday before it. */
const durationsOf = (runs: ReadonlyArray<ListedRun>): Health["durations"] =>
  runs.map(({ report: { dataset, runId, seconds, started, status } }, at) => {
    const earlier = runs
      .slice(at + 1)
      .filter(({ report }) => report.dataset === dataset && report.status === "SUCCEEDED")
      .filter(({ report }) => weekday(report.started) === weekday(started))
    return { runId, dataset, started, seconds, status, usual: median(earlier.map(({ report }) => report.seconds)) }
  })

const SHOWN = 50

const costOf = Effect.fnUntraced(function* ({ price, usage }: Deployment, runs: ReadonlyArray<ListedRun>) {
  const oldest = runs.at(-1)?.report.started
  const used = oldest === undefined ? 0 : yield* usage(new Date(oldest))
  const dpuHours = used === null ? null : used / 3600
  return {
    runs: runs.length,
    dpuHours,
    price:
      price === null || dpuHours === null
        ? null
        : { amount: (dpuHours * price.amount).toFixed(2), currency: price.currency },
  }
})

export const health = Effect.fn("health")(function* (deployment: Deployment, runs: ReadonlyArray<ListedRun>) {
  const now = yield* Clock.currentTimeMillis
  const { datasets, kpis } = deployment.pages
  const tables = [
    ...datasets.map(({ name }) => ({ dataset: name, view: curatedView(name) })),
    ...kpis.map((page) => ({ dataset: page.dataset, view: kpiView(page) })),
  ]
  const found = yield* Effect.forEach(
    tables,
    ({ dataset, view }) => Effect.map(stored(deployment, view), (table) => ({ dataset, view, table })),
    { concurrency: 4 },
  )
  const freshness = datasets.map(({ name }) => {
    const loaded = runs.find(({ report }) => report.dataset === name && report.tables.length > 0)?.report
    const ended = loaded === undefined ? undefined : Date.parse(loaded.started) + loaded.seconds * 1000
    return {
      dataset: name,
      newest: newestOf(found.find(({ view }) => view.path === curatedView(name).path)?.table),
      loaded: ended === undefined ? null : new Date(ended).toISOString(),
      hours: ended === undefined ? null : Math.round((now - ended) / 36_000) / 100,
    }
  })
  return {
    freshness,
    durations: durationsOf(runs).slice(0, SHOWN),
    tables: found.flatMap(({ dataset, table, view }) =>
      table === undefined
        ? []
        : [
            {
              name: view.name,
              dataset,
              rows: rowsOf(table.files),
              files: table.files.length,
              smallFiles: smallFiles(table.files),
            },
          ],
    ),
    deadLetters: yield* deployment.deadLetters,
    cost: yield* costOf(deployment, runs),
  } satisfies Health
})
