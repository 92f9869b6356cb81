/** The unit of what a measure adds up: that of the columns that make up its amount, where they agree. */
import type { Aggregate, Field, Node } from "@pos/contract"

/** The columns whose amounts are the expression's amount. None where it is another one, as a product is. */
const amounts = (node: Node): ReadonlyArray<string> => {
  switch (node.op) {
    case "column":
      return [node.name]
    case "negate":
    case "abs":
      return amounts(node.of)
    case "add":
    case "subtract":
      return [...amounts(node.left), ...amounts(node.right)]
    case "coalesce":
      return [...amounts(node.of), ...amounts(node.otherwise)]
    case "caseWhen":
      return [...amounts(node.value), ...amounts(node.otherwise)]
    default:
      return []
  }
}

type FieldOf = (name: string) => Field | undefined

const columnsOf = (aggregate: Aggregate): ReadonlyArray<string> =>
  aggregate.op === "sum" || aggregate.op === "min" || aggregate.op === "max" ? amounts(aggregate.of) : []

export const unitOf = (aggregate: Aggregate, fieldOf: FieldOf): string | undefined => {
  const [unit, ...others] = new Set(columnsOf(aggregate).map((name) => fieldOf(name)?.unit))
  return others.length === 0 ? unit : undefined
}

/** The column that names the currency of what is added up. */
export const currencyOf = (aggregate: Aggregate, fieldOf: FieldOf): string | undefined =>
  columnsOf(aggregate).flatMap((name) => fieldOf(name)?.currency ?? [])[0]
