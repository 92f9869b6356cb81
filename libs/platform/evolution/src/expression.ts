/** Expressions as a lock keeps them: the contract's own tree, checked as it is read. */
import type { Node } from "@pos/contract"
import { Schema } from "effect"

/** An expression of a rule or a measure. */
export const Expression: Schema.Codec<Node> = Schema.suspend((): Schema.Codec<Node> => AnyNode)

const Kind = Schema.Literals(["integer", "decimal", "float", "text", "boolean"])
const Both = { left: Expression, right: Expression }
const arithmetic = <Op extends string>(op: Op) => Schema.Struct({ op: Schema.Literal(op), kind: Kind, ...Both })
const comparison = <Op extends string>(op: Op) =>
  Schema.Struct({ op: Schema.Literal(op), kind: Schema.Literal("boolean"), ...Both })
const all = <Op extends string>(op: Op) =>
  Schema.Struct({ op: Schema.Literal(op), kind: Schema.Literal("boolean"), all: Schema.Array(Expression) })
const ofAny = <Op extends string>(op: Op) => Schema.Struct({ op: Schema.Literal(op), kind: Kind, of: Expression })
const ofBoolean = <Op extends string>(op: Op) =>
  Schema.Struct({ op: Schema.Literal(op), kind: Schema.Literal("boolean"), of: Expression })
const ofInteger = <Op extends string>(op: Op) =>
  Schema.Struct({ op: Schema.Literal(op), kind: Schema.Literal("integer"), of: Expression })

/** By operation, so that one which the contract gets and the lock does not know is a type error. */
const nodes = {
  column: Schema.Struct({ op: Schema.Literal("column"), name: Schema.String, kind: Kind }),
  literal: Schema.Union([
    Schema.Struct({
      op: Schema.Literal("literal"),
      kind: Schema.Literals(["integer", "decimal", "text"]),
      value: Schema.String,
    }),
    Schema.Struct({ op: Schema.Literal("literal"), kind: Schema.Literal("float"), value: Schema.Finite }),
    Schema.Struct({ op: Schema.Literal("literal"), kind: Schema.Literal("boolean"), value: Schema.Boolean }),
  ]),
  parameter: Schema.Struct({
    op: Schema.Literal("parameter"),
    name: Schema.Literal("event_time"),
    kind: Schema.Literal("float"),
  }),
  add: arithmetic("add"),
  subtract: arithmetic("subtract"),
  multiply: arithmetic("multiply"),
  negate: ofAny("negate"),
  abs: ofAny("abs"),
  sign: ofInteger("sign"),
  lt: comparison("lt"),
  lte: comparison("lte"),
  gt: comparison("gt"),
  gte: comparison("gte"),
  eq: comparison("eq"),
  ne: comparison("ne"),
  and: all("and"),
  or: all("or"),
  not: ofBoolean("not"),
  isPresent: ofBoolean("isPresent"),
  oneOf: Schema.Struct({
    op: Schema.Literal("oneOf"),
    kind: Schema.Literal("boolean"),
    of: Expression,
    values: Schema.Array(Expression),
  }),
  coalesce: Schema.Struct({ op: Schema.Literal("coalesce"), kind: Kind, of: Expression, otherwise: Expression }),
  caseWhen: Schema.Struct({
    op: Schema.Literal("caseWhen"),
    kind: Kind,
    when: Expression,
    value: Expression,
    otherwise: Expression,
  }),
  length: ofInteger("length"),
  localHour: ofInteger("localHour"),
} satisfies Record<Node["op"], Schema.Top>

const AnyNode: Schema.Codec<Node> = Schema.Union(Object.values(nodes))
