import type { CuratedTable, KpiTable, Plan } from "@pos/sql"

/** A table of the lake, and in a sentence what it holds. */
export interface LakeTable {
  readonly table: CuratedTable | KpiTable
  readonly description: string
}

/** The datasets of a plan, as far as the stack has to know them. */
export interface Datasets {
  /** Which one a run is about that does not say. */
  readonly byDefault: string
  /** All of them, the default one first. */
  readonly names: readonly [string, ...ReadonlyArray<string>]
  /** The tables of all of them. */
  readonly tables: ReadonlyArray<LakeTable>
}

export const datasetsOf = (plan: Plan): Datasets => {
  const byDefault = plan.defaultDataset
  return {
    byDefault,
    names: [byDefault, ...Object.keys(plan.datasets).filter((name) => name !== byDefault)],
    tables: Object.values(plan.datasets).flatMap(({ contract, tables }) => [
      { table: tables.curated, description: `Every row once (${contract.name} ${contract.version})` },
      ...tables.kpis.map((table) => ({ table, description: table.description })),
    ]),
  }
}
