/**
 * What a dataset needs to say about a column beyond its TypeScript type. The words travel as annotations of Effect's
 * Schema: typed keys, so that a misspelt one does not compile.
 */
import "effect/Schema"

/** How a column is written in a file and stored in a table. */
export type Column =
  | { readonly kind: "text" }
  /** A whole number of 64 bits, signed; with `digits`, one of so many decimal digits. Only KPIs have such long ones. */
  | { readonly kind: "integer"; readonly digits?: number }
  /** An exact number: `precision` digits, `scale` of them behind the point. */
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  /** A moment as seconds since 1970-01-01T00:00:00Z, fractions allowed; stored as a timestamp in microseconds. */
  | { readonly kind: "epochSeconds" }
  /** A moment in ISO 8601 with a zone, such as `2026-01-31T18:05:00+01:00`; stored as a timestamp in microseconds. */
  | { readonly kind: "timestamp" }
  /** A calendar day, `YYYY-MM-DD`. */
  | { readonly kind: "date" }
  | { readonly kind: "boolean" }
  /** A text out of a list, letter by letter. */
  | { readonly kind: "oneOf"; readonly values: ReadonlyArray<string> }

declare module "effect/Schema" {
  namespace Annotations {
    interface Annotations {
      /** On a schema: the column that it describes. */
      readonly column?: Column | undefined
      /** On a schema: the unit of its values, for people. */
      readonly unit?: string | undefined
      /** On a schema: its values say something about a person, so only the file itself shows them. */
      readonly personal?: true | undefined
      /** On a schema of an amount of money: the column of the row that names its currency. */
      readonly currency?: string | undefined
      /** On a schema of a text in a key: the text may hold characters that nobody sees. */
      readonly invisible?: "allowed" | undefined
      /** On a check or an issue: the reason code of a value that fails it. */
      readonly reason?: string | undefined
    }
  }
}
