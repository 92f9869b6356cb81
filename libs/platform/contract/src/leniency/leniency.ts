/**
 * Declared leniency: other ways to write a column, and other names for it, that are read as if they were the contract's
 * own. Nothing of it holds unless it is declared, for all files or for those of one supplier.
 */
import type { BigDecimal } from "effect"

/**
 * A whole number as it may be written beside the plain way, told by an example. `3.0` and `3,0`: with a fraction of zeros,
 * as spreadsheets and data frames export it. The others: with groups of three digits.
 */
export type WrittenInteger =
  | "3.0"
  | "3,0"
  | "1.234"
  | "1,234"
  | "1 234"
  | "1'234"
  | "1.234,0"
  | "1,234.0"
  | "1 234,0"
  | "1'234.0"

/**
 * A number as it may be written, told by an example. With a decimal comma, a point is no longer a decimal point: `1.5` is
 * then refused, and `1.500` is one and a half thousand where points group digits.
 */
export type WrittenDecimal = "1234,5" | "1.234,5" | "1 234,5" | "1'234,5" | "1,234.5" | "1 234.5" | "1'234.5"

/** A day as text: `{ pattern: "dd.MM.yyyy" }`. */
export interface WrittenDay {
  /**
   * Digits: `yyyy`, `MM`, `dd`, and `M` and `d` for one or two of them. Other letters stand in quotation marks (`'T'`),
   * signs and spaces for themselves.
   */
  readonly pattern: string
}

/** A moment as the clocks of a time zone showed it: `{ pattern: "dd.MM.yyyy HH:mm", zone: "Europe/Berlin" }`. */
export interface WrittenMoment extends WrittenDay {
  /** Beside those of a day: `HH` and `H`, `mm`, `ss`, and `S` to `SSSSSS` for digits of a second. */
  readonly pattern: string
  /** An IANA name. Read are the years 1971 to 2099. */
  readonly zone: string
  /**
   * Which of the two moments is meant when the clocks were set back and showed the same time twice. Without it such a time
   * is refused. A time that the clocks skipped is always refused.
   */
  readonly twice?: "earlier" | "later"
}

export type Written = WrittenInteger | WrittenDecimal | WrittenDay | WrittenMoment

/** How one column may be sent. */
export interface ColumnForms<W = Written> {
  /** Other names of the column. A file that has two of its names is refused. */
  readonly alsoCalled?: ReadonlyArray<string>
  /** Texts that say that there is no value: `NULL`, `N/A`, `-`. Letter by letter; only of a column that may be missing. */
  readonly missing?: ReadonlyArray<string>
  /** Another way in which its values may be written. */
  readonly written?: W
}

/**
 * The last line of a CSV file that is no row, cell by cell: a text as it is sent, `{rows}` for the number of rows (it is
 * compared), `{any}` for whatever stands there. `TRAILER;123` is `["TRAILER", "{rows}"]`.
 */
export interface Trailer {
  readonly cells: ReadonlyArray<string>
  /** A file without it is refused: it may have been cut off. */
  readonly required?: true
}

/** How files may be sent. */
export interface Forms {
  readonly columns?: Readonly<Record<string, ColumnForms>>
  readonly trailer?: Trailer
}

/** Of all files, and of those whose key begins with a prefix: what it says of a column goes before what holds for all. */
export interface Leniency extends Forms {
  readonly from?: Readonly<Record<string, Forms>>
}

type WrittenOf<V> = [V] extends [bigint]
  ? WrittenInteger
  : [V] extends [BigDecimal.BigDecimal]
    ? WrittenDecimal
    : [V] extends [number]
      ? WrittenMoment
      : [V] extends [string]
        ? WrittenDay
        : never

/** What is required can't be missing, so there are no words for it. */
type ColumnFormsOf<T, K extends keyof T> = ({} extends Pick<T, K>
  ? unknown
  : undefined extends T[K]
    ? unknown
    : null extends T[K]
      ? unknown
      : { readonly missing?: never }) &
  ColumnForms<WrittenOf<NonNullable<T[K]>>>

interface FormsOf<T> {
  readonly columns?: { readonly [K in keyof T]?: ColumnFormsOf<T, K> }
  readonly trailer?: Trailer
}

/** `Leniency` for rows of a type: what makes no sense for a column does not compile. */
export interface LeniencyOf<T> extends FormsOf<T> {
  readonly from?: Readonly<Record<`incoming/${string}/`, FormsOf<T>>>
}
