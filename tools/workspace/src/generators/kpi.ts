import type { Tree } from "@nx/devkit"
import { type DatasetFolder, datasetFolder } from "./dataset-folder.ts"
import { collect, spell } from "./names.ts"

export interface KpiOptions {
  readonly name: string
  readonly by?: string
  readonly dataset?: string
}

const template = (options: Required<Omit<KpiOptions, "dataset">>, { model, row }: DatasetFolder): string => {
  const { constant, snake } = spell(options.name)
  return `import { kpi } from "@pos/contract"
import { ${model} } from "../model/index.ts"

export const ${constant} = kpi(${model}, {
  name: "${snake}",
  description: "What it tells, and for whom.",
  by: ["${options.by}"],
  measures: (_${row}, { count }) => ({
    row_count: count().describe("Rows"),
  }),
})
`
}

/** `nx g @pos/workspace:kpi NAME`: the KPI's file, and its place in the list of KPIs. */
const generate = (tree: Tree, { name, by = "store_id", dataset = "sales" }: KpiOptions): void => {
  const { constant, file } = spell(name)
  const home = datasetFolder(tree, dataset)
  const folder = `${home.root}/src/kpis`
  tree.write(`${folder}/${file}.ts`, template({ name, by }, home))
  const list = tree.read(`${folder}/index.ts`, "utf8")
  if (list !== null) tree.write(`${folder}/index.ts`, collect(list, { constant, file }))
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
