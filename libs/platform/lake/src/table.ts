/** Curated tables as typed rows: those of the dataset's Schema and, of facts, the business date. */
import { type DatasetKind, type DatasetOf, Day, fieldsOf, type RowSchema, storedName } from "@pos/contract"
import { Schema } from "effect"
import { LakeUnavailable } from "./errors.ts"
import type { StoredColumn } from "./statement.ts"
import { ask, type Question, type Typed } from "./typed.ts"
import { oneLine } from "./unreadable.ts"

/** A row under the names of its Schema, whatever the table calls them. Facts have the business date beside it. */
type RowOf<S extends RowSchema, K extends DatasetKind> = K extends "facts"
  ? S["Type"] & { readonly date: string }
  : S["Type"]

const typed = <S extends RowSchema, K extends DatasetKind>(
  data: DatasetOf<S> & { readonly kind: K },
): Typed<RowOf<S, K>> => {
  const date = data.kind === "facts" ? { date: Day } : {}
  const row = Schema.Struct({ ...data.row.fields, ...date })
  const decode = Schema.decodeUnknownEffect(Schema.toType(row) as unknown as Schema.Codec<RowOf<S, K>>)
  // An error tells the value that it is about, which nobody but the file shows of a person.
  const personal = data.fields.some((field) => field.personal)
  return {
    table: { name: data.table, path: `curated/${data.table}` },
    columns: fieldsOf(row).map((field): StoredColumn => {
      const { name, column, required } = field
      return { name, stored: storedName(data, field), column, required }
    }),
    read: decode,
    refused: (cause) =>
      new LakeUnavailable({
        problem: `A row of ${data.table} is another than its contract says${personal ? "" : `: ${oneLine(cause)}`}.`,
        remedy: "Is it deployed with this contract? See: pos status. Rows of an earlier one: pos repair",
        ...(personal ? {} : { cause }),
      }),
  }
}

/** All rows of a dataset's table, in no order, until the question says more. */
export const table = <S extends RowSchema, K extends DatasetKind>(
  data: DatasetOf<S> & { readonly kind: K },
): Question<RowOf<S, K>, RowOf<S, K>> => ask(typed(data))
