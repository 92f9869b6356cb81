/** Rules about the rows of a file that belong together: their text, and the list that they are on. */
import type { Tree } from "@nx/devkit"
import { conditionOn, groupingColumn, type RowColumn } from "./columns.ts"
import type { DatasetFolder } from "./dataset-folder.ts"
import { spell } from "./names.ts"

interface Stated {
  readonly name: string
  readonly column: RowColumn
  readonly groupBy: ReadonlyArray<string>
  readonly severity: "error" | "warning"
}

/** The text of such a rule's file. */
export const groupRuleText = (
  { name, column, groupBy, severity }: Stated,
  { model, row }: Pick<DatasetFolder, "model" | "row">,
): string => {
  const { constant, snake, words } = spell(name)
  return `import { Expr, groupRule } from "@pos/contract"
import { ${model} } from "../model/index.ts"

export const ${constant} = groupRule(${model}, {
  id: "${snake}",
  severity: "${severity}",
  groupBy: [${groupBy.map((one) => `"${one}"`).join(", ")}],
  column: "${column.name}",
  violatedWhen: (${row}, group) => Expr.and(${conditionOn(column, row)}, Expr.gt(group.count, 1)),
  message: "{column} is {value}: ${words}.",
  meaning: "What a reader should understand by ${words}.",
  remedy: "What to send instead.",
})
`
}

/** The columns to group by; throws a sentence for one that the row lacks, or that can't name a group. */
export const groupColumns = (columns: ReadonlyArray<RowColumn>, names: string): ReadonlyArray<string> =>
  names.split(",").map((name) => groupingColumn(columns, name.trim()))

/** The list of such rules, beside that of the others. */
export const GROUPS = "groups.ts"

const EMPTY = `import type { GroupRule } from "@pos/contract"

/** Every rule about rows of a file that belong together. */
export const groupRules: ReadonlyArray<GroupRule> = []
`

/** Makes the list of a dataset that has none yet, and has the dataset name it. */
export const ensureGroups = (tree: Tree, root: string): void => {
  const list = `${root}/src/rules/${GROUPS}`
  if (tree.exists(list)) return
  const path = `${root}/src/dataset.ts`
  const source = tree.read(path, "utf8") ?? ""
  const changed = source
    .replace(/^(import \{ rules \} from .*)$/m, `import { groupRules } from "./rules/${GROUPS}"\n$1`)
    .replace(/^( {2}rules,)$/m, "$1\n  groupRules,")
  if (changed.split("groupRules").length !== 3)
    throw new Error(`${path} has no place for groupRules that is known: list your rule there by hand.`)
  tree.write(list, EMPTY)
  tree.write(path, changed)
}
