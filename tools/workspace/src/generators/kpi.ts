import type { Tree } from "@nx/devkit"
import { collect, spell } from "./names.ts"

export interface KpiOptions {
  readonly name: string
  readonly by?: string
}

const template = (options: Required<KpiOptions>): string => {
  const { constant, snake } = spell(options.name)
  return `import { kpi } from "@pos/contract"
import { Sale } from "@pos/model"

export const ${constant} = kpi(Sale, {
  name: "${snake}",
  description: "What it tells, and for whom.",
  by: ["${options.by}"],
  measures: (sale, { count, sum }) => ({
    total_sales: sum(sale.revenue).describe("Revenue, returns subtracted"),
    transactions: count().describe("Sale lines"),
  }),
})
`
}

/** `nx g @pos/workspace:kpi NAME`: the KPI's file, and its place in the list of KPIs. */
const generate = (tree: Tree, { name, by = "store_id" }: KpiOptions): void => {
  const { constant, file } = spell(name)
  const folder = "libs/pos/kpis/src"
  tree.write(`${folder}/${file}.ts`, template({ name, by }))
  const list = tree.read(`${folder}/index.ts`, "utf8")
  if (list !== null) tree.write(`${folder}/index.ts`, collect(list, { constant, file }))
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
