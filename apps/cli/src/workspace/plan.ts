/** What the commands need of the plan: the tables that exist and the words for reasons. */
import { Effect, FileSystem, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { ensure, PLAN } from "./artefact.ts"

const Table = Schema.Struct({ name: Schema.String, path: Schema.String })

const Kpi = Schema.Struct({
  ...Table.fields,
  description: Schema.String,
  columns: Schema.Array(Schema.Struct({ name: Schema.String })),
  key: Schema.Array(Schema.String),
  measures: Schema.Array(Schema.Unknown),
})
export type Kpi = typeof Kpi.Type

/** A narrow view of a dataset's plan: the compiler owns the whole, and the commands must not break when it grows. */
const DatasetView = Schema.Struct({
  contract: Schema.Struct({ name: Schema.String, version: Schema.String }),
  reasons: Schema.Record(Schema.String, Schema.Struct({ meaning: Schema.String, remedy: Schema.String })),
  tables: Schema.Struct({ curated: Table, kpis: Schema.Array(Kpi) }),
})
export type DatasetView = typeof DatasetView.Type

export const CliPlan = Schema.Struct({
  hash: Schema.String,
  datasets: Schema.Record(Schema.String, DatasetView),
  defaultDataset: Schema.String,
})
export type CliPlan = typeof CliPlan.Type

/** The tables of every dataset. */
export const tablesOf = ({ datasets }: CliPlan) =>
  Object.values(datasets).flatMap(({ tables }) => [tables.curated, ...tables.kpis])

/** The KPIs of every dataset. */
export const kpisOf = ({ datasets }: CliPlan): ReadonlyArray<Kpi> =>
  Object.values(datasets).flatMap(({ tables }) => tables.kpis)

/** The words of a dataset's reasons; those of the default one, where a run of an earlier release names none. */
export const reasonsOf = ({ datasets, defaultDataset }: CliPlan, dataset?: string): DatasetView["reasons"] =>
  (datasets[dataset ?? defaultDataset] ?? datasets[defaultDataset])?.reasons ?? {}

/** The plan at a path, or the workspace's own, built when it is out of date. */
export const readPlan = (given?: string) => readPlanAs(Schema.fromJsonString(CliPlan), given)

/** The same, as a schema of its text reads it. */
export const readPlanAs = Effect.fn("readPlan")(function* <A>(schema: Schema.Codec<A, string>, given?: string) {
  const fs = yield* FileSystem.FileSystem
  const path = given ?? (yield* ensure(PLAN))
  const text = yield* fs.readFileString(path).pipe(
    Effect.mapError(
      (cause) =>
        new Unavailable({
          problem: `Cannot read the plan ${path}.`,
          remedy: "Give another with --plan, or build it: npx nx run plan:build",
          cause,
        }),
    ),
  )
  const plan = yield* Schema.decodeUnknownEffect(schema)(text).pipe(
    Effect.mapError(
      (cause) =>
        new Unavailable({
          problem: `${path} is not a plan: ${cause.message}`,
          remedy: "Build it again: npx nx run plan:build",
          cause,
        }),
    ),
  )
  return { path, plan }
})
