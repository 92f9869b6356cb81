/** What a contract compiles to, and how it falls into the plan, which is executed, and its words. */
import { Record } from "effect"
import type { CuratedTable, DatasetPlan, KpiTable, Plan, TableColumn } from "./plan.ts"
import type { DatasetWords } from "./plan-words.ts"

type WordsOfColumn = Omit<DatasetWords["columns"][number], "name">
type WordsOfKpi = DatasetWords["tables"]["kpis"][number]
type Ratio = NonNullable<KpiTable["ratios"]>[number] & NonNullable<WordsOfKpi["ratios"]>[number]

/** A table's column, and what its values mean. */
export interface DescribedColumn extends TableColumn {
  readonly comment: string
}

export interface DescribedCurated extends CuratedTable {
  readonly columns: ReadonlyArray<DescribedColumn>
}

export interface DescribedKpi extends KpiTable {
  readonly description: string
  readonly columns: ReadonlyArray<DescribedColumn>
  readonly ratios?: ReadonlyArray<Ratio>
}

/** One dataset, compiled: its plan before it is hashed, with its words. */
export interface DatasetContent extends Omit<DatasetPlan, "hash"> {
  readonly contract: DatasetPlan["contract"] & DatasetWords["contract"]
  readonly columns: ReadonlyArray<DatasetPlan["columns"][number] & WordsOfColumn>
  readonly reasons: Readonly<Record<string, DatasetPlan["reasons"][string] & DatasetWords["reasons"][string]>>
  readonly tables: { readonly curated: DescribedCurated; readonly kpis: ReadonlyArray<DescribedKpi> }
}

/** All datasets of a registry, compiled. */
export interface PlanContent {
  readonly format: Plan["format"]
  readonly datasets: Readonly<Record<string, DatasetContent>>
  readonly defaultDataset: string
}

const silent = ({ comment: _comment, ...column }: DescribedColumn): TableColumn => column

const silentKpi = ({ columns, description: _description, ratios, ...kpi }: DescribedKpi): KpiTable => ({
  ...kpi,
  columns: columns.map(silent),
  ...(ratios === undefined ? {} : { ratios: ratios.map(({ description: _words, ...ratio }) => ratio) }),
})

/** What is executed: all but the words. No verdict, row or figure depends on these. */
export const executable = ({
  columns,
  contract,
  reasons,
  tables: { curated, kpis },
  ...rest
}: DatasetContent): Omit<DatasetPlan, "hash"> => ({
  ...rest,
  contract: { name: contract.name, version: contract.version },
  columns: columns.map(({ description: _description, unit: _unit, ...column }) => column),
  reasons: Record.map(reasons, ({ meaning: _meaning, message: _message, remedy: _remedy, ...reason }) => reason),
  tables: { curated: { ...curated, columns: curated.columns.map(silent) }, kpis: kpis.map(silentKpi) },
})

const commentOf = ({ comment, name }: DescribedColumn) => ({ name, comment })

const kpiWords = ({ columns, description, name, ratios }: DescribedKpi): WordsOfKpi => ({
  name,
  description,
  columns: columns.map(commentOf),
  ...(ratios === undefined
    ? {}
    : { ratios: ratios.map((ratio) => ({ name: ratio.name, description: ratio.description })) }),
})

/** The words, and what they are about. */
export const wordsOf = ({ columns, contract, reasons, tables: { curated, kpis } }: DatasetContent): DatasetWords => ({
  contract: { description: contract.description },
  columns: columns.map(({ description, name, unit }) => ({
    name,
    description,
    ...(unit === undefined ? {} : { unit }),
  })),
  reasons: Record.map(reasons, ({ meaning, message, remedy }) => ({ message, meaning, remedy })),
  tables: { curated: { name: curated.name, columns: curated.columns.map(commentOf) }, kpis: kpis.map(kpiWords) },
})
