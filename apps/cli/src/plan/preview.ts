/** What deploying contracts would do to a lake. Reads only. */
import { ObjectStore } from "@pos/aws"
import { type Contracts, type DatasetPreview, pairs, preview } from "@pos/evolution"
import { Effect, Stream } from "effect"
import { explainAws } from "../aws.ts"
import { openLake, readStored, type StoredTable, type TableView } from "../lake.ts"
import type { Target } from "../target/target.ts"
import { deployedContracts } from "./contracts.ts"
import type { DeploymentPreview, TableOfPreview } from "./document.ts"
import { minutesToRebuild } from "./estimate.ts"

type Shapes = Contracts["datasets"]

/** Every table of these contracts, each once. */
const tablesOf = (...all: ReadonlyArray<Shapes>): ReadonlyArray<TableView> => {
  const found = all
    .flatMap((shapes) => Object.values(shapes))
    .flatMap(({ curated, kpis }) => [curated, ...kpis].map(({ name, path }) => ({ name, path })))
  return [...new Map(found.map((table) => [table.name, table])).values()]
}

const rowsOf = ({ files }: StoredTable): number | null =>
  files.reduce<number | null>((sum, { rows }) => (sum === null || rows === null ? null : sum + rows), 0)

/** The bytes of a table's data files; null in a lake that is no bucket. */
const bytesOf = Effect.fnUntraced(function* (bucket: string, { files, path }: StoredTable) {
  const live = new Set(files.map((file) => decodeURIComponent(file.path.slice(file.path.indexOf(`/${path}/`) + 1))))
  const store = yield* ObjectStore
  return yield* store.list(bucket, `${path}/`).pipe(
    Stream.filter(({ key }) => live.has(key) || live.has(decodeURIComponent(key))),
    Stream.runFold(
      () => 0,
      (sum, { size }) => sum + size,
    ),
  )
})

interface Measured {
  readonly rows: number | null
  readonly bytes: number | null
}
const NOTHING: Measured = { rows: null, bytes: null }

const measured = (
  { tables, ...dataset }: DatasetPreview,
  sizes: ReadonlyMap<string, Measured>,
): DeploymentPreview["datasets"][number] => {
  const [curated] = tables.filter(({ kind }) => kind === "curated")
  const source = curated === undefined ? NOTHING : (sizes.get(curated.table) ?? NOTHING)
  return {
    ...dataset,
    tables: tables.map((table): TableOfPreview => {
      const computed = table.kind === "kpi" && (table.action === "rebuilt" || table.action === "new")
      const minutes = computed ? minutesToRebuild({ rows: source.rows ?? 0, bytes: source.bytes ?? 0 }) : 0
      return { ...table, ...(sizes.get(table.table) ?? NOTHING), minutes }
    }),
  }
}

/** What deploying `today` would do to the tables of a target. */
export const previewTables = Effect.fn("previewTables")(function* (target: Target, today: Contracts) {
  const known = yield* deployedContracts(target.outputs)
  const lake = yield* openLake(yield* target.lake)
  const deployed = known?.datasets ?? {}
  const found = yield* Effect.forEach(tablesOf(deployed, today.datasets), (table) => readStored(lake, table))
  const stored = new Map(found.flatMap((table) => (table === undefined ? [] : [[table.name, table] as const])))
  const sizes = new Map<string, Measured>()
  for (const [name, table] of stored) {
    sizes.set(name, { rows: rowsOf(table), bytes: yield* bytesOf(target.outputs.LakeBucketName, table) })
  }
  const datasets = pairs(today.datasets, deployed).map((pair) => measured(preview({ ...pair, stored }), sizes))
  return { contractsKnown: known !== undefined, datasets }
}, explainAws)

/** What it does where nothing is deployed yet: everything is new. */
export const previewFirst = (today: Contracts): Pick<DeploymentPreview, "contractsKnown" | "datasets"> => ({
  contractsKnown: true,
  datasets: pairs(today.datasets, {}).map((pair) => measured(preview({ ...pair, stored: new Map() }), new Map())),
})
