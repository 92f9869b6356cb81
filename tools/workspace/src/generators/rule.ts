import type { Tree } from "@nx/devkit"
import { type DatasetFolder, datasetFolder } from "./dataset-folder.ts"
import { collect, spell } from "./names.ts"

export interface RuleOptions {
  readonly name: string
  readonly column?: string
  readonly severity?: "error" | "warning"
  readonly dataset?: string
}

const template = (options: Required<Omit<RuleOptions, "dataset">>, { model, row }: DatasetFolder): string => {
  const { constant, snake } = spell(options.name)
  return `import { Expr, rule } from "@pos/contract"
import { ${model} } from "../model/index.ts"

export const ${constant} = rule(${model}, {
  id: "${snake}",
  severity: "${options.severity}",
  column: "${options.column}",
  violatedWhen: (${row}) => Expr.gt(${row}.${options.column}, 1_000_000),
  message: "{column} is {value}.",
  meaning: "What a reader should understand by it.",
  remedy: "What to send instead.",
})
`
}

/** `nx g @pos/workspace:rule NAME`: the rule's file, and its place in the list of rules. */
const generate = (tree: Tree, options: RuleOptions): void => {
  const { name, column = "quantity", severity = "warning", dataset = "sales" } = options
  const { constant, file } = spell(name)
  const home = datasetFolder(tree, dataset)
  const folder = `${home.root}/src/rules`
  tree.write(`${folder}/${file}.ts`, template({ name, column, severity }, home))
  const list = tree.read(`${folder}/index.ts`, "utf8")
  if (list !== null) tree.write(`${folder}/index.ts`, collect(list, { constant, file }))
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
