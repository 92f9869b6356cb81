/** The kinds of column a dataset is made of. Each is an Effect Schema of the typed value; how text becomes it is `decode`'s. */
import { Schema } from "effect"
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

/** A calendar day, `YYYY-MM-DD`. */
export const Day = Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/)).annotate({ column: { kind: "date" } })
