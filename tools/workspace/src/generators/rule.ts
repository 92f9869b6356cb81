import type { Tree } from "@nx/devkit"
import { addDefinition, takenBy } from "./add.ts"
import { columnNamed, columnsOf, conditionOn, type RowColumn } from "./columns.ts"
import { type DatasetFolder, datasetFolder } from "./dataset-folder.ts"
import { spell } from "./names.ts"
import { ensureGroups, groupColumns, groupRuleText, GROUPS } from "./group-rule.ts"
import { raiseVersion, raisedText } from "./version.ts"

export interface RuleOptions {
  readonly name: string
  /** The column that is at fault. Nx does not ask for it: its message would not name the columns. */
  readonly column?: string
  readonly severity?: "error" | "warning"
  /** Columns, with commas between them: the rule is about rows that share their values. */
  readonly groupBy?: string
  readonly dataset?: string
}

/** The text of a rule's file. */
export const ruleText = (
  { name, column, severity = "warning" }: Omit<RuleOptions, "column" | "groupBy"> & { readonly column: RowColumn },
  { model, row }: Pick<DatasetFolder, "model" | "row">,
): string => {
  const { constant, snake, words } = spell(name)
  return `import { Expr, rule } from "@pos/contract"
import { ${model} } from "../model/index.ts"

export const ${constant} = rule(${model}, {
  id: "${snake}",
  severity: "${severity}",
  column: "${column.name}",
  violatedWhen: (${row}) => ${conditionOn(column, row)},
  message: "{column} is {value}: ${words}.",
  meaning: "What a reader should understand by ${words}.",
  remedy: "What to send instead.",
})
`
}

/** `nx g @pos/workspace:rule NAME --column=COLUMN [--groupBy=COLUMN,COLUMN]`: the rule's file, its place in the dataset's list of rules, and the version. */
const generate = (tree: Tree, options: RuleOptions): (() => void) => {
  const { name, column, severity = "warning", groupBy, dataset } = options
  if (severity !== "error" && severity !== "warning")
    throw new Error(`severity is "${severity}": say error or warning.`)
  const home = datasetFolder(tree, dataset)
  const spelt = spell(name)
  const within = [`${home.root}/src/rules`, "libs/platform/contract/src/reasons.ts"]
  const taken =
    takenBy(tree, { within, text: `"${spelt.snake}"` }) ?? takenBy(tree, { within, text: `  ${spelt.snake}: ` })
  if (taken !== undefined) throw new Error(`The reason code ${spelt.snake} is taken by ${taken}. Choose another name.`)
  const columns = columnsOf(tree.root, `${home.root}/src/model/index.ts`, home.model)
  const stated = { name, column: columnNamed(columns, column), severity }
  const folder = `${home.root}/src/rules`
  const ofGroup = groupBy === undefined ? undefined : { ...stated, groupBy: groupColumns(columns, groupBy) }
  if (ofGroup !== undefined) ensureGroups(tree, home.root)
  const format =
    ofGroup === undefined
      ? addDefinition(tree, folder, spelt, ruleText(stated, home))
      : addDefinition(tree, folder, spelt, groupRuleText(ofGroup, home), GROUPS)
  // Files that were valid may break a new error.
  const version = raiseVersion(tree, home.root, severity === "error" ? "major" : "minor")
  return () => {
    format()
    process.stdout.write(raisedText(home.root, version))
  }
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
