/**
 * The expression language's tree: plain, frozen, JSON-serialisable values. `evaluate` gives its meaning in TypeScript,
 * the SQL compiler gives the same meaning to each engine. There is no division and no average: engines disagree on
 * both, and no rule or KPI needs them to be stored.
 */

/** Whole and decimal numbers are exact; `float` is an IEEE double and never mixes with them. */
export type Kind = "integer" | "decimal" | "float" | "text" | "boolean"

export type Node =
  | { readonly op: "column"; readonly name: string; readonly kind: Kind }
  /** Exact numbers are written as text, so that no digit is lost on the way. */
  | { readonly op: "literal"; readonly kind: "integer" | "decimal" | "text"; readonly value: string }
  | { readonly op: "literal"; readonly kind: "float"; readonly value: number }
  | { readonly op: "literal"; readonly kind: "boolean"; readonly value: boolean }
  /** A value known only when a run starts: `event_time`, in epoch seconds. */
  | { readonly op: "parameter"; readonly name: ParameterName; readonly kind: "float" }
  | { readonly op: Arithmetic; readonly kind: Kind; readonly left: Node; readonly right: Node }
  | { readonly op: "negate" | "abs"; readonly kind: Kind; readonly of: Node }
  /** -1, 0 or 1. */
  | { readonly op: "sign"; readonly kind: "integer"; readonly of: Node }
  | { readonly op: Comparison; readonly kind: "boolean"; readonly left: Node; readonly right: Node }
  | { readonly op: "and" | "or"; readonly kind: "boolean"; readonly all: ReadonlyArray<Node> }
  | { readonly op: "not" | "isPresent"; readonly kind: "boolean"; readonly of: Node }
  | { readonly op: "oneOf"; readonly kind: "boolean"; readonly of: Node; readonly values: ReadonlyArray<Node> }
  | { readonly op: "coalesce"; readonly kind: Kind; readonly of: Node; readonly otherwise: Node }
  | {
      readonly op: "caseWhen"
      readonly kind: Kind
      readonly when: Node
      readonly value: Node
      readonly otherwise: Node
    }
  /** Characters (code points) of a text. */
  | { readonly op: "length"; readonly kind: "integer"; readonly of: Node }
  /** The hour, 0 to 23, of a moment on the local clock of the contract's time zone. Only a KPI's groups know it. */
  | { readonly op: "localHour"; readonly kind: "integer"; readonly of: Node }

export type ParameterName = "event_time"
export type Arithmetic = "add" | "subtract" | "multiply"
export type Comparison = "lt" | "lte" | "gt" | "gte" | "eq" | "ne"

/**
 * The nodes directly below.
 *
 * @example
 * children(Expr.add(sale.quantity, 1).node).length // 2
 */
export const children = (node: Node): ReadonlyArray<Node> => {
  switch (node.op) {
    case "column":
    case "literal":
    case "parameter":
      return []
    case "add":
    case "subtract":
    case "multiply":
    case "lt":
    case "lte":
    case "gt":
    case "gte":
    case "eq":
    case "ne":
      return [node.left, node.right]
    case "and":
    case "or":
      return node.all
    case "oneOf":
      return [node.of, ...node.values]
    case "coalesce":
      return [node.of, node.otherwise]
    case "caseWhen":
      return [node.when, node.value, node.otherwise]
    case "negate":
    case "abs":
    case "sign":
    case "not":
    case "isPresent":
    case "length":
    case "localHour":
      return [node.of]
  }
}

const descendants = (node: Node): ReadonlyArray<Node> => [node, ...children(node).flatMap(descendants)]

/**
 * The columns that an expression reads, each once, in order of appearance.
 *
 * @example
 * columnsRead(Expr.lt(sale.revenue, sale.quantity).node) // ["revenue","quantity"]
 */
export const columnsRead = (node: Node): ReadonlyArray<string> => [
  ...new Set(descendants(node).flatMap((part) => (part.op === "column" ? [part.name] : []))),
]

/**
 * The run's parameters that an expression reads.
 *
 * @example
 * parametersRead(Expr.gt(sale.timestamp, run.eventTime).node) // ["event_time"]
 */
export const parametersRead = (node: Node): ReadonlyArray<ParameterName> => [
  ...new Set(descendants(node).flatMap((part) => (part.op === "parameter" ? [part.name] : []))),
]
