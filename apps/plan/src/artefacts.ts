import { createHash } from "node:crypto"
import { type Dataset, datasetId } from "@pos/contract"
import { datasets } from "@pos/datasets"
import { type Contracts, lockOf } from "@pos/evolution"
import { pagesOf } from "@pos/pages"
import {
  canonicalJson,
  compileAll,
  type DatasetContent,
  type DatasetPlan,
  executable,
  type Plan,
  type PlanContent,
  type Words,
  wordsOf,
} from "@pos/sql"
import { Effect, Record } from "effect"
import { dataContract } from "./documents/data-contract.ts"
import { jsonSchema } from "./documents/json-schema.ts"
import { openDataContract } from "./documents/odcs.ts"
import { reasonCodes } from "./documents/reason-codes.ts"

const hashOf = (content: object): string =>
  `sha256:${createHash("sha256").update(canonicalJson(content)).digest("hex")}`

const sealedDataset = (content: DatasetContent): DatasetPlan => {
  const executed = executable(content)
  return { hash: hashOf(executed), ...executed }
}

/** The plan with its hashes: what is executed, without the words. */
export const sealed = ({ datasets: contents, ...content }: PlanContent): Plan => {
  const sealedOnes = Object.fromEntries(Object.entries(contents).map(([id, one]) => [id, sealedDataset(one)]))
  const hashes = Object.entries(sealedOnes).map(([id, { hash }]) => [id, hash])
  return { hash: hashOf({ ...content, datasets: hashes }), ...content, datasets: sealedOnes }
}

/** The words beside the plan. */
export const words = ({ datasets: contents }: PlanContent): Words => ({
  format: "pos-words/1",
  datasets: Record.map(contents, wordsOf),
})

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The contracts' shapes, as far as a later one is compared with them. */
const contracts = (plan: PlanContent) =>
  Effect.gen(function* () {
    const shapes: Record<string, Contracts["datasets"][string]> = {}
    for (const entry of datasets) {
      const content = plan.datasets[datasetId(entry.dataset)]
      if (content !== undefined) shapes[datasetId(entry.dataset)] = yield* lockOf(entry, content)
    }
    return { format: "pos-contracts/1", datasets: shapes } satisfies Contracts
  })

interface Compiled {
  readonly id: string
  readonly dataset: Dataset
  readonly content: DatasetContent
}

const compiledDatasets = (plan: PlanContent): ReadonlyArray<Compiled> =>
  datasets.flatMap(({ dataset }) => {
    const id = datasetId(dataset)
    const content = plan.datasets[id]
    return content === undefined ? [] : [{ id, dataset, content }]
  })

const files = <A>(entries: ReadonlyArray<readonly [string, A]>): Readonly<Record<string, A>> =>
  Object.fromEntries(entries)

/** What is built from the contracts, path below `dist/` → text: always the same for the same contracts. */
export const artefacts = Effect.gen(function* () {
  const plan = yield* compileAll(datasets)
  const perDataset: Array<readonly [string, string]> = []
  for (const { id, dataset, content } of compiledDatasets(plan))
    perDataset.push(
      [`datasets/${id}/contract.schema.json`, pretty(yield* jsonSchema(dataset))],
      [`datasets/${id}/contract.odcs.json`, pretty(openDataContract(dataset, content))],
      [`datasets/${id}/data-contract.md`, dataContract(dataset, content)],
    )
  return {
    "plan.json": pretty(sealed(plan)),
    "words.json": pretty(words(plan)),
    "pages.json": pretty(pagesOf(datasets)),
    "contracts.json": pretty(yield* contracts(plan)),
    ...files(perDataset),
  }
})

/** The default dataset's page is the one that suppliers are sent to; it names the others. */
const pageOf = (id: string, plan: PlanContent): string =>
  id === plan.defaultDataset ? "data-contract.md" : `data-contracts/${id.replaceAll("_", "-")}.md`

/** What the repository keeps of it, path below `docs/` → text. */
export const documents = Effect.map(compileAll(datasets), (plan) => {
  const all = compiledDatasets(plan)
  const pages = all.map(({ id, dataset }) => ({ title: dataset.name, path: pageOf(id, plan) }))
  return files([
    ...all.map(({ id, dataset, content }): [string, string] => {
      const others = id === plan.defaultDataset ? pages.filter(({ title }) => title !== dataset.name) : []
      return [pageOf(id, plan), dataContract(dataset, content, others)]
    }),
    ["reason-codes.md", reasonCodes(all)],
  ])
})
