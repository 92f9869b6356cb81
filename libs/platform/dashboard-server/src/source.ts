/** What the answers are taken from: one deployment, with its pages and its lake. */
import type { OpenLake } from "@pos/lake"
import type { DatasetPage, KpiPage, Pages } from "@pos/pages"
import type { ReasonHelp } from "@pos/pipeline"
import { Context, Effect } from "effect"
import { WrongQuestion } from "./api/api.ts"

export interface Deployment {
  /** As people call it. */
  readonly name: string
  readonly local: boolean
  readonly pages: Pages
  /** ISO 4217; null where nobody has said it. */
  readonly currency: string | null
  readonly lake: OpenLake
  /** The results bucket, for the rows that files brought. */
  readonly results: OpenLake
  /** Events that nobody could work on; null where they can't be seen. */
  readonly deadLetters: Effect.Effect<number | null>
  /** DPU-seconds of the jobs since a moment; null where they can't be seen. */
  readonly usage: (since: Date) => Effect.Effect<number | null>
  /** Of a DPU-hour; null where nobody has said it. */
  readonly price: { readonly amount: number; readonly currency: string } | null
  readonly machine: string
  readonly resultsBucket: string
  /** What reason codes mean, by dataset; of the default one where a run names none. */
  readonly helpOf: (dataset: string | null) => Readonly<Record<string, ReasonHelp>>
}

/** The deployment that is looked at. */
export class Source extends Context.Service<Source, Deployment>()("@pos/dashboard/Source") {}

export interface FoundKpi {
  readonly page: KpiPage
  readonly dataset: DatasetPage
}

export const findKpi = Effect.fnUntraced(function* ({ pages }: Deployment, name: string) {
  const page = pages.kpis.find((kpi) => kpi.name === name)
  const dataset = pages.datasets.find((one) => one.name === page?.dataset)
  if (page === undefined || dataset === undefined)
    return yield* new WrongQuestion({
      problem: `There is no KPI ${name}.`,
      remedy: `KPIs: ${pages.kpis.map((kpi) => kpi.name).join(", ")}.`,
    })
  return { page, dataset } satisfies FoundKpi
})

/** The view of a KPI's table. */
export const kpiView = ({ name }: KpiPage) => ({ name, path: `kpi/${name}` })

/** The view of a dataset's table. */
export const curatedView = (name: string) => ({ name, path: `curated/${name}` })
