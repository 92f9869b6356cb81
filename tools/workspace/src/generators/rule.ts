import type { Tree } from "@nx/devkit"
import { collect, spell } from "./names.ts"

export interface RuleOptions {
  readonly name: string
  readonly column?: string
  readonly severity?: "error" | "warning"
}

const template = (options: Required<RuleOptions>): string => {
  const { constant, snake } = spell(options.name)
  return `import { Expr, rule } from "@pos/contract"
import { Sale } from "@pos/model"

export const ${constant} = rule(Sale, {
  id: "${snake}",
  severity: "${options.severity}",
  column: "${options.column}",
  violatedWhen: (sale) => Expr.gt(sale.${options.column}, 1_000_000),
  message: "{column} is {value}.",
  meaning: "What a reader should understand by it.",
  remedy: "What to send instead.",
})
`
}

/** `nx g @pos/workspace:rule NAME`: the rule's file, and its place in the list of rules. */
const generate = (tree: Tree, { name, column = "quantity", severity = "warning" }: RuleOptions): void => {
  const { constant, file } = spell(name)
  const folder = "libs/pos/rules/src"
  tree.write(`${folder}/${file}.ts`, template({ name, column, severity }))
  const list = tree.read(`${folder}/rules.ts`, "utf8")
  if (list !== null) tree.write(`${folder}/rules.ts`, collect(list, { constant, file }))
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
