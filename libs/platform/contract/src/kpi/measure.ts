/** What a KPI may add up: exact numbers only, since sums of doubles depend on their order. */
import type { Exact, Expr } from "../expression/expr.ts"
import type { Node } from "../expression/node.ts"

export type Aggregate =
  | { readonly op: "sum"; readonly of: Node }
  | { readonly op: "count" }
  | { readonly op: "countWhere"; readonly of: Node }
  | { readonly op: "countDistinct"; readonly of: Node }
  | { readonly op: "min" | "max"; readonly of: Node }

/** One number of a KPI. `T` is its type in TypeScript. */
export class Measure<out T> {
  declare readonly value: T
  readonly aggregate: Aggregate
  readonly description: string
  constructor(aggregate: Aggregate, description = "") {
    this.aggregate = aggregate
    this.description = description
  }
  /** Says in words what the number means. */
  describe(description: string): Measure<T> {
    return new Measure(this.aggregate, description)
  }
}

/** What a measure may be. Exact numbers only: sums of doubles depend on their order. */
export interface Aggregates {
  /**
   * The sum of a whole number or a decimal, exact.
   *
   * @example
   * sum(sale.revenue) // 34.98
   */
  readonly sum: <T extends Exact>(of: Expr<T>) => Measure<T>
  /**
   * How many rows there are.
   *
   * @example
   * count() // 3
   */
  readonly count: () => Measure<bigint>
  /**
   * How many rows the condition holds for.
   *
   * @example
   * countWhere(Expr.lt(sale.quantity, 0)) // 1
   */
  readonly countWhere: (condition: Expr<boolean>) => Measure<bigint>
  /**
   * How many different values there are. Rows without a value count for nothing.
   *
   * @example
   * countDistinct(sale.store_id) // 2
   */
  readonly countDistinct: (of: Expr<bigint | string | undefined>) => Measure<bigint>
  /**
   * The least value.
   *
   * @example
   * min(sale.revenue) // -5
   */
  readonly min: <T extends Exact>(of: Expr<T>) => Measure<T>
  /**
   * The greatest value.
   *
   * @example
   * max(Expr.multiply(sale.quantity, 10)) // 30
   */
  readonly max: <T extends Exact>(of: Expr<T>) => Measure<T>
}

export const aggregates: Aggregates = {
  sum: (of) => new Measure({ op: "sum", of: of.node }),
  count: () => new Measure({ op: "count" }),
  countWhere: (of) => new Measure({ op: "countWhere", of: of.node }),
  countDistinct: (of) => new Measure({ op: "countDistinct", of: of.node }),
  min: (of) => new Measure({ op: "min", of: of.node }),
  max: (of) => new Measure({ op: "max", of: of.node }),
}
