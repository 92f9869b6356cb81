import type { CuratedTable, KpiTable, Plan, Words } from "@pos/sql"

/** A table of the lake, and in words what it and its columns hold. */
export interface LakeTable {
  readonly table: CuratedTable | KpiTable
  readonly description: string
  /** By column. */
  readonly comments: ReadonlyMap<string, string>
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

type TableWords = Words["datasets"][string]["tables"]

const commentsOf = (words: TableWords["curated"] | TableWords["kpis"][number] | undefined) =>
  new Map(words?.columns.map(({ comment, name }) => [name, comment]))

export const datasetsOf = (plan: Plan, words: Words): Datasets => {
  const byDefault = plan.defaultDataset
  return {
    byDefault,
    names: [byDefault, ...Object.keys(plan.datasets).filter((name) => name !== byDefault)],
    tables: Object.entries(plan.datasets).flatMap(([id, { contract, tables }]) => {
      const told = words.datasets[id]?.tables
      const kpiWords = new Map(told?.kpis.map((kpi) => [kpi.name, kpi]))
      return [
        {
          table: tables.curated,
          description: `Every row once (${contract.name} ${contract.version})`,
          comments: commentsOf(told?.curated),
        },
        ...tables.kpis.map((table) => {
          const ofKpi = kpiWords.get(table.name)
          return { table, description: ofKpi?.description ?? "", comments: commentsOf(ofKpi) }
        }),
      ]
    }),
  }
}
