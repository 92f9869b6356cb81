import type { Rule } from "@pos/contract"
import { discountAboveGross } from "./discount-above-gross.ts"
import { negativeDiscount } from "./negative-discount.ts"
import { signMismatch } from "./sign-mismatch.ts"
import { timestampInMilliseconds } from "./timestamp-in-milliseconds.ts"
import { timestampTooEarly } from "./timestamp-too-early.ts"
import { timestampTooLate } from "./timestamp-too-late.ts"
import { zeroQuantity } from "./zero-quantity.ts"

/** Every rule of the contract. Where two judge the same column, the first that is broken speaks. */
export const rules: ReadonlyArray<Rule> = [
  timestampInMilliseconds,
  timestampTooEarly,
  timestampTooLate,
  negativeDiscount,
  zeroQuantity,
  signMismatch,
  discountAboveGross,
]
