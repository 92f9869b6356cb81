import type { Rule } from "@pos/contract"
import { negativeTotal } from "./negative-total.ts"
import { revenueWithoutLines } from "./revenue-without-lines.ts"
import { unitsWithoutLines } from "./units-without-lines.ts"

/** Every rule of the contract. */
export const rules: ReadonlyArray<Rule> = [revenueWithoutLines, unitsWithoutLines, negativeTotal]
