/** The datasets of a platform, side by side: their tables share one catalog and one lake, so their names must differ. */
import type { Dataset } from "./dataset.ts"
import { InvalidContract } from "./errors.ts"
import type { Kpi } from "./kpi/kpi.ts"
import { repeated } from "./names.ts"

/** A dataset and what is computed from it. */
export interface Registered {
  readonly dataset: Dataset
  readonly kpis: ReadonlyArray<Kpi>
}

/** At least one; the first is the default, where nothing names a dataset. */
export type Registry = readonly [Registered, ...ReadonlyArray<Registered>]

/** What a run, a folder of the lake and a prefix of the source bucket call a dataset: the name of its curated table. */
export const datasetId = ({ table }: Pick<Dataset, "table">): string => table

const TABLE_NAME = /^[a-z][a-z0-9_]{0,62}$/

const problemsOf = (entries: Registry): ReadonlyArray<string> => {
  const tables = entries.flatMap(({ dataset, kpis }) => [dataset.table, ...kpis.map(({ name }) => name)])
  return [
    ...entries
      .filter(({ dataset, kpis }) => dataset.kind === "reference" && kpis.length > 0)
      .map(
        ({ dataset }) => `${dataset.table} is reference data, of which no KPI is computed: it has no business dates`,
      ),
    ...repeated(tables).map((name) => `two tables are called ${name}`),
    ...repeated(entries.map(({ dataset }) => dataset.name)).map((name) => `two contracts are called ${name}`),
    ...tables
      .filter((name) => !TABLE_NAME.test(name))
      .map((name) => `${name} can't be a table's name: small letters, digits and underscores, a letter first`),
  ]
}

/** Checks that no two datasets or KPIs share a name; throws `InvalidContract` with every problem found. */
export const registry = (entries: Registry): Registry => {
  const problems = problemsOf(entries)
  if (problems.length > 0) throw new InvalidContract({ subject: "the registry", problem: problems.join("; ") })
  return entries
}
