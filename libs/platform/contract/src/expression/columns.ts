import type { Schema } from "effect"
import { fieldsOf, kindOf } from "../fields.ts"
import { Expr } from "./expr.ts"
import type { Node } from "./node.ts"

/** One expression a column. That of an optional column may be `undefined`, and most functions refuse it unguarded. */
export type Columns<Row> = {
  readonly [K in keyof Row]-?: Expr<Row[K] | (object extends Pick<Row, K> ? undefined : never)>
}

/** What is known only when a run starts. */
export interface RunParameters {
  /** The moment of the event that started the run, epoch seconds. */
  readonly eventTime: Expr<number>
}

export const runParameters: RunParameters = {
  eventTime: new Expr({ op: "parameter", name: "event_time", kind: "float" }),
}

/**
 * The columns of a row's Schema, to write expressions with.
 *
 * @example
 * columnsOf(Sale).quantity.node.kind // integer
 */
export const columnsOf = <Row extends Schema.Struct<Schema.Struct.Fields>>(schema: Row): Columns<Row["Type"]> =>
  Object.fromEntries(
    fieldsOf(schema).map(({ name, column }) => [
      name,
      new Expr({ op: "column", name, kind: kindOf(column) } satisfies Node),
    ]),
  ) as Columns<Row["Type"]>
