/** What the commands need of the plan: the tables that exist, and the columns of files. */
import { Effect, FileSystem, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import type { KnownDataset } from "../dataset/choose.ts"
import { ensure, PLAN } from "./artefact.ts"

const Table = Schema.Struct({ name: Schema.String, path: Schema.String })

const Kpi = Schema.Struct({
  ...Table.fields,
  columns: Schema.Array(Schema.Struct({ name: Schema.String })),
  key: Schema.Array(Schema.String),
  /** The column with the first day of what a row stands for. */
  partitionBy: Schema.Tuple([Schema.String]),
  measures: Schema.Array(Schema.Unknown),
  grain: Schema.optionalKey(Schema.Literals(["week", "month"])),
  /** What is divided where the table is read. */
  ratios: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        of: Schema.String,
        per: Schema.String,
        digits: Schema.Natural,
      }),
    ),
  ),
})
type Kpi = typeof Kpi.Type

/** A KPI, and the dataset that it is computed from. */
export interface KpiOf extends Kpi {
  readonly dataset: string
}

const Curated = Schema.Struct({
  ...Table.fields,
  key: Schema.optionalKey(Schema.Array(Schema.String)),
  partitionBy: Schema.optionalKey(Schema.Array(Schema.String)),
  keyDays: Schema.optionalKey(Schema.Natural),
})

/** A narrow view of a dataset's plan: the compiler owns the whole, and the commands must not break when it grows. */
const DatasetView = Schema.Struct({
  hash: Schema.String,
  contract: Schema.Struct({ name: Schema.String, version: Schema.String }),
  columns: Schema.Array(Schema.Struct({ name: Schema.String, required: Schema.Boolean })),
  policies: Schema.optionalKey(Schema.Struct({ acrossFiles: Schema.String })),
  tables: Schema.Struct({ curated: Curated, kpis: Schema.Array(Kpi) }),
})
export type DatasetView = typeof DatasetView.Type

export const CliPlan = Schema.Struct({
  hash: Schema.String,
  datasets: Schema.Record(Schema.String, DatasetView),
  defaultDataset: Schema.String,
})
export type CliPlan = typeof CliPlan.Type

/** The names of the datasets and the columns of their files, the default one first. */
export const datasetsOf = ({ datasets, defaultDataset }: CliPlan): readonly [KnownDataset, ...Array<KnownDataset>] => {
  const known = (name: string) => ({ name, columns: datasets[name]?.columns ?? [] })
  const others = Object.keys(datasets).filter((name) => name !== defaultDataset)
  return [known(defaultDataset), ...others.map(known)]
}

/** The names of all datasets, the default one first. */
export const namesOf = (plan: CliPlan): readonly [string, ...Array<string>] => {
  const [byDefault, ...others] = datasetsOf(plan)
  return [byDefault.name, ...others.map(({ name }) => name)]
}

/** The tables of every dataset. */
export const tablesOf = ({ datasets }: CliPlan) =>
  Object.values(datasets).flatMap(({ tables }) => [tables.curated, ...tables.kpis])

/** The KPIs of every dataset. */
export const kpisOf = ({ datasets }: CliPlan): ReadonlyArray<KpiOf> =>
  Object.entries(datasets).flatMap(([dataset, { tables }]) => tables.kpis.map((kpi) => ({ ...kpi, dataset })))

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
