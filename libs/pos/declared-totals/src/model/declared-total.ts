import { atLeast, between, Day, Decimal, Integer } from "@pos/contract"
import { BigDecimal, Schema } from "effect"

/** What a store says that it sold on a day: the sum at the end of its day's journal, one row a store and day. */
export const DeclaredTotal = Schema.Struct({
  store_id: Integer.check(atLeast(1n)).annotate({ description: "The store.", examples: [12n] }),
  business_date: Day.annotate({ description: "The day that the store closed.", examples: ["2026-01-31"] }),
  declared_lines: Integer.check(between(0n, 100_000_000n)).annotate({
    description: "How many transactions the store's tills rang up on the day, returns included.",
    unit: "transactions",
    examples: [1204n],
  }),
  declared_revenue: Decimal(18, 4).annotate({
    description: "What these transactions earned, returns subtracted.",
    unit: "currency of the store",
    examples: [BigDecimal.fromStringUnsafe("18230.5")],
  }),
  declared_units: Integer.check(between(-1_000_000_000_000n, 1_000_000_000_000n)).annotate({
    description: "Units sold in these transactions, returns subtracted.",
    unit: "units",
    examples: [2911n],
  }),
})

export type DeclaredTotal = typeof DeclaredTotal.Type
