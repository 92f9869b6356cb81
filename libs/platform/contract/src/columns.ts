/** The kinds of column a dataset is made of. Each is an Effect Schema of the typed value; how text becomes it is `decode`'s. */
import { Schema } from "effect"
import { BARE_DAY } from "./calendar.ts"
import { isOneOf } from "./checks.ts"
import { InvalidContract } from "./errors.ts"
import "./annotations.ts"

/** Text, kept as it was sent. */
export const Text = Schema.String.annotate({ column: { kind: "text" } })

/** A whole number of 64 bits. */
export const Integer = Schema.BigInt.annotate({ column: { kind: "integer" } })

/** A whole number of at most so many decimal digits: what the sum of 64-bit numbers may need. Never in a dataset's row. */
export const LongInteger = (digits: number) => Schema.BigInt.annotate({ column: { kind: "integer", digits } })

/** An exact number with `scale` digits behind the point and `precision` digits in all (at most 18 in a dataset's row). */
export const Decimal = (precision: number, scale: number) =>
  Schema.BigDecimal.annotate({ column: { kind: "decimal", precision, scale } })

/** A moment, as seconds since 1970-01-01T00:00:00Z. */
export const EpochSeconds = Schema.Finite.annotate({
  column: { kind: "epochSeconds" },
  unit: "seconds since 1970-01-01 UTC",
})

/**
 * A moment, sent in ISO 8601 with a zone (`2026-01-31T18:05:00+01:00`, `2026-01-31T17:05:00.25Z`). Its value, for rules, is
 * in seconds since 1970-01-01T00:00:00Z, like that of `EpochSeconds`.
 */
export const Timestamp = Schema.Finite.annotate({ column: { kind: "timestamp" } })

/** A calendar day from 1900 to 9999, `YYYY-MM-DD`. Its value is this text, so that earlier days are less than later ones. */
export const Day = Schema.String.check(Schema.isPattern(BARE_DAY)).annotate({ column: { kind: "date" } })

/** Yes or no: `true` or `false`, in a CSV also in capitals or with a capital letter. */
export const Flag = Schema.Boolean.annotate({ column: { kind: "boolean" } })

/** A text out of a list: `OneOf(["open", "closed"])`. It must be exactly one of them, capitals and spaces included. */
export const OneOf = (values: ReadonlyArray<string>) => {
  const wrong = values.find((value, index) => !/^[!-~]([ -~]*[!-~])?$/.test(value) || values.indexOf(value) !== index)
  if (values.length === 0 || wrong !== undefined)
    throw new InvalidContract({
      subject: `OneOf([${values.join(", ")}])`,
      problem: "needs texts of letters, digits and signs, each once and without spaces around it",
    })
  return Schema.String.check(isOneOf(values)).annotate({ column: { kind: "oneOf", values } })
}
