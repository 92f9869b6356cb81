/** Reads what a Schema says about its columns: the one place that knows how Effect keeps it. */
import { Schema, SchemaAST } from "effect"
import type { Column } from "./annotations.ts"
import { BARE_DAY } from "./calendar.ts"
import { InvalidContract } from "./errors.ts"
import type { Kind } from "./expression/node.ts"

export type RowSchema = Schema.Struct<Schema.Struct.Fields>

/** One constraint on a column, as Effect persists it: `id` and `payload` say everything a compiler needs. */
export interface FieldCheck {
  readonly id: string
  readonly payload: Schema.Json
  /** The constraint in words: "at most 64 characters". */
  readonly expected: string
  /** The reason code of a value that breaks it. */
  readonly reason: string
}

export interface Field {
  readonly name: string
  readonly column: Column
  readonly required: boolean
  readonly description: string
  readonly unit: string | undefined
  /** The values say something about a person: reports, messages and logs don't show them. */
  readonly personal: boolean
  /** Of an amount of money: the column that names its currency. */
  readonly currency?: string
  readonly invisible: "allowed" | undefined
  readonly examples: ReadonlyArray<unknown>
  readonly checks: ReadonlyArray<FieldCheck>
  /** The Schema of a present value. */
  readonly schema: Schema.Top
}

const flatten = (checks: SchemaAST.AST["checks"]): ReadonlyArray<SchemaAST.Filter<unknown>> =>
  (checks ?? []).flatMap((check) => (check._tag === "FilterGroup" ? flatten(check.checks) : [check]))

/**
 * `annotate` after `check` lands on the last check, before it on the node, and on a key's own context for `optionalKey`:
 * a field's words are all of them together.
 */
const annotationsOf = (ast: SchemaAST.AST): Schema.Annotations.Documentation<unknown> =>
  Object.assign({}, ast.annotations, ...flatten(ast.checks).map((check) => check.annotations), ast.context?.annotations)

/** A check without a representation can be run in TypeScript but never compiled; the SQL compiler refuses its id. */
const UNREPRESENTED = "without representation"

const fieldCheck = (check: SchemaAST.Filter<unknown>): FieldCheck => ({
  id: check.annotations?.representation?.id ?? UNREPRESENTED,
  payload: check.annotations?.representation?.payload ?? null,
  expected: check.annotations?.expected ?? "",
  reason: check.annotations?.reason ?? "out_of_range",
})

/** The constraint that a column kind itself brings: part of how it is read, so never compiled as a check. */
const isInherent = ({ id, payload }: FieldCheck, { kind }: Column): boolean =>
  id === "effect/schema/isFinite" ||
  (kind === "date" && id === "effect/schema/isPattern" && (payload as { source?: unknown }).source === BARE_DAY.source)

/** The type below `optional`'s or `NullOr`'s union; both mean a missing value. */
const present = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (!SchemaAST.isUnion(ast)) return ast
  const rest = ast.types.filter((member) => !SchemaAST.isUndefined(member) && !SchemaAST.isNull(member))
  return rest.length === 1 && rest[0] !== undefined ? rest[0] : ast
}

const fieldOf = (property: SchemaAST.PropertySignature): Field => {
  const name = String(property.name)
  const ast = present(property.type)
  const annotations = annotationsOf(ast)
  const { column } = annotations
  if (column === undefined)
    throw new InvalidContract({ subject: name, problem: "its Schema has no `column` annotation: use Text, Integer, …" })
  return {
    name,
    column,
    required: ast === property.type && !SchemaAST.isOptional(property.type),
    description: annotations.description ?? "",
    unit: annotations.unit,
    personal: annotations.personal === true,
    ...(annotations.currency === undefined ? {} : { currency: annotations.currency }),
    invisible: annotations.invisible,
    examples: annotations.examples ?? [],
    checks: flatten(ast.checks)
      .map(fieldCheck)
      .filter((check) => !isInherent(check, column)),
    schema: Schema.make(ast),
  }
}

/** The columns of a row, in the order in which the Schema declares them. */
export const fieldsOf = (schema: { readonly ast: SchemaAST.AST }): ReadonlyArray<Field> => {
  if (!SchemaAST.isObjects(schema.ast))
    throw new InvalidContract({ subject: "row", problem: `a Struct is needed, not ${schema.ast._tag}` })
  return schema.ast.propertySignatures.map(fieldOf)
}

/** How an expression sees a column. */
export const kindOf = (column: Column): Kind => {
  switch (column.kind) {
    case "epochSeconds":
    case "timestamp":
      return "float"
    case "date":
    case "oneOf":
      return "text"
    default:
      return column.kind
  }
}

/** Whether the column holds a moment: a number of seconds to rules, a timestamp in tables. */
export const isMoment = (column: Column): boolean => column.kind === "epochSeconds" || column.kind === "timestamp"
