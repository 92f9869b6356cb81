import type { Tree } from "@nx/devkit"
import { addDefinition, takenBy } from "./add.ts"
import { columnsOf, groupingColumn } from "./columns.ts"
import { type DatasetFolder, datasetFolder } from "./dataset-folder.ts"
import { spell } from "./names.ts"
import { raiseVersion, raisedText } from "./version.ts"

export interface KpiOptions {
  readonly name: string
  readonly by: string
  readonly dataset?: string
  readonly grain?: "day" | "week" | "month"
}

/** The text of a KPI's file. */
export const kpiText = (
  { name, by, grain = "day" }: KpiOptions,
  { model, row }: Pick<DatasetFolder, "model" | "row">,
): string => {
  const { constant, snake, words } = spell(name)
  return `import { kpi } from "@pos/contract"
import { ${model} } from "../model/index.ts"

export const ${constant} = kpi(${model}, {
  name: "${snake}",
  description: "What ${words} tells, and for whom.",
${grain === "day" ? "" : `  grain: "${grain}",\n`}  by: ["${by}"],
  measures: (_${row}, { count }) => ({
    row_count: count().describe("Rows"),
  }),
})
`
}

/** `nx g @pos/workspace:kpi NAME --by=COLUMN`: the KPI's file, its place in the dataset's list of KPIs, and a minor version. */
const generate = (tree: Tree, { name, by, dataset, grain = "day" }: KpiOptions): (() => void) => {
  const home = datasetFolder(tree, dataset)
  if (!tree.exists(`${home.root}/src/kpis/index.ts`))
    throw new Error(`${home.root} has no KPIs: reference data have no business dates that a figure could be of.`)
  const spelt = spell(name)
  const taken = takenBy(tree, { within: ["libs/pos"], text: `"${spelt.snake}"` })
  if (taken !== undefined) throw new Error(`The table ${spelt.snake} is taken by ${taken}. Choose another name.`)
  groupingColumn(columnsOf(tree.root, `${home.root}/src/model/index.ts`, home.model), by)
  const format = addDefinition(tree, `${home.root}/src/kpis`, spelt, kpiText({ name, by, grain }, home))
  const version = raiseVersion(tree, home.root, "minor")
  return () => {
    format()
    process.stdout.write(raisedText(home.root, version))
  }
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
