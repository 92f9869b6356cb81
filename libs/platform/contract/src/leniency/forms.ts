/** How the files of one supplier may be sent, and their cells as the contract's own way of writing. */
import { Result } from "effect"
import type { Field } from "../fields.ts"
import type { ColumnForms, Forms, Leniency, WrittenMoment } from "./leniency.ts"
import type { Rewrite } from "./patterns.ts"
import { LOCAL_TIME, localMoment, type LocalTimeReason } from "./local-time.ts"
import { isPattern, rewriteFor, rewritesOf, rewritten } from "./rewrites.ts"

/** The prefixes of which something of its own is declared, each before those that it begins with. */
export const prefixesOf = ({ from = {} }: Leniency): ReadonlyArray<string> =>
  Object.keys(from).toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))

/**
 * What holds for a file: for all files, and for those with its prefix. What a prefix says of a column, name by name, goes
 * before what holds for all; of several prefixes only the longest counts.
 */
export const formsFor = (leniency: Leniency, key: string): Forms => {
  const prefix = prefixesOf(leniency).find((one) => key.startsWith(one))
  const own: Forms = prefix === undefined ? {} : (leniency.from?.[prefix] ?? {})
  const { columns = {} } = leniency
  const names = [...new Set([...Object.keys(columns), ...Object.keys(own.columns ?? {})])]
  const trailer = own.trailer ?? leniency.trailer
  return {
    columns: Object.fromEntries(names.map((name) => [name, { ...columns[name], ...own.columns?.[name] }])),
    ...(trailer === undefined ? {} : { trailer }),
  }
}

/** Whether cells of the column are read in another way than the contract's own. */
export const readsOtherwise = ({ missing, written }: ColumnForms): boolean =>
  written !== undefined || (missing ?? []).length > 0

/** A cell in the contract's own way of writing. */
export class ReadCell {
  readonly text: string
  /** Another way of writing is declared for the column: what can't be read is in neither. */
  readonly otherForm: boolean
  readonly problem: LocalTimeReason | undefined
  constructor(text: string, otherForm: boolean, problem?: LocalTimeReason) {
    this.text = text
    this.otherForm = otherForm
    this.problem = problem
  }
}

const isText = ({ column: { kind } }: Field): boolean => kind === "text" || kind === "oneOf"

const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "")

const moment = (field: Field, text: string, written: WrittenMoment): Result.Result<string, LocalTimeReason> =>
  Result.map(localMoment(text, written), (seconds) => {
    const fraction = text.slice(19)
    return field.column.kind === "timestamp"
      ? `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`
      : `${seconds}${fraction}`
  })

interface Declared {
  readonly forms: ColumnForms
  readonly rewrites: ReadonlyArray<Rewrite>
}

/** A cell's text as it is read. */
const readText = (field: Field, text: string, { forms, rewrites }: Declared): ReadCell => {
  const { missing = [], written } = forms
  const otherForm = written !== undefined
  if (missing.includes(isText(field) ? text : trimmed(text))) return new ReadCell("", otherForm)
  const plain = rewritten(text, rewrites)
  if (!isPattern(written) || field.column.kind === "date") return new ReadCell(plain, otherForm)
  if (rewriteFor(text, rewrites) === undefined || !LOCAL_TIME.test(plain)) return new ReadCell(text, otherForm)
  const found = moment(field, plain, written as WrittenMoment)
  return Result.isSuccess(found) ? new ReadCell(found.success, otherForm) : new ReadCell(text, otherForm, found.failure)
}

/** Kinds whose values are numbers or booleans where a file knows them from texts. */
const SCALARS: ReadonlySet<Field["column"]["kind"]> = new Set(["integer", "decimal", "epochSeconds", "boolean"])

/**
 * A cell as it is read by declared forms, or the cell itself where they say nothing about it. In JSON lines only texts are
 * read so: where a number belongs, a text is one if another way of writing is declared, or if it says that there is none.
 */
const readCell = (
  field: Field,
  cell: unknown,
  { source, ...declared }: Declared & { readonly source: "text" | "scalars" },
): unknown => {
  const { forms } = declared
  if (cell === undefined || cell === null) return cell
  if (source === "text") return readText(field, String(cell), declared)
  if (typeof cell !== "string") return cell
  const isRead =
    !SCALARS.has(field.column.kind) || forms.written !== undefined || (forms.missing ?? []).includes(trimmed(cell))
  return isRead ? readText(field, cell, declared) : cell
}

/** How the cells of a column are read by declared forms. */
export type ReadsCell = (cell: unknown, source: "text" | "scalars") => unknown

/** How the columns are read of which something is declared, in a file with this key: by their names. */
export const cellReaders = (
  { fields, leniency }: { readonly fields: ReadonlyArray<Field>; readonly leniency?: Leniency },
  key = "",
): ReadonlyMap<string, ReadsCell> => {
  const { columns = {} } = leniency === undefined ? {} : formsFor(leniency, key)
  return new Map(
    fields.flatMap((field) => {
      const forms = columns[field.name]
      if (forms === undefined || !readsOtherwise(forms)) return []
      const rewrites = rewritesOf(field, forms)
      const reads: ReadsCell = (cell, source) => readCell(field, cell, { forms, rewrites, source })
      return [[field.name, reads] as const]
    }),
  )
}
