import {
  atLeast,
  atMostCharacters,
  between,
  Decimal,
  EpochSeconds,
  Integer,
  noControlCharacters,
  noInvisibleCharacters,
  notBlank,
  Text,
} from "@pos/contract"
import { BigDecimal, Schema } from "effect"

const Id = Integer.check(atLeast(1n))
const Name = Text.check(notBlank, noControlCharacters, noInvisibleCharacters, atMostCharacters(64))
const Money = Decimal(18, 4)
/** More at once is a slip of a till, or a barcode in the wrong column. */
const Quantity = Integer.check(between(-1_000_000_000n, 1_000_000_000n))

/** A transaction: a product sold, or returned, at a moment in a store. */
export const Sale = Schema.Struct({
  transaction_id: Name.annotate({
    description: "Names this transaction. The same id within 400 days is the same sale.",
    examples: ["T-1001-1"],
  }),
  receipt_id: Schema.optionalKey(
    Name.annotate({
      description: "Names the receipt that the transaction is on, within its store and business date.",
      examples: ["T-1001"],
    }),
  ),
  store_id: Id.annotate({ description: "The store.", examples: [12n] }),
  product_id: Id.annotate({ description: "The product.", examples: [4711n] }),
  quantity: Quantity.annotate({ description: "Units sold; negative for a return.", unit: "units", examples: [2n] }),
  revenue: Money.annotate({
    description: "What the transaction earned; negative for a return.",
    unit: "currency of the store",
    examples: [BigDecimal.fromStringUnsafe("19.98")],
  }),
  discount_applied: Schema.optionalKey(
    Money.annotate({
      description: "Discount on the transaction, never negative.",
      unit: "currency of the store",
      examples: [BigDecimal.fromStringUnsafe("1.5")],
    }),
  ),
  timestamp: EpochSeconds.annotate({ description: "When the transaction was rung up.", examples: [1_767_225_600] }),
})

export type Sale = typeof Sale.Type
