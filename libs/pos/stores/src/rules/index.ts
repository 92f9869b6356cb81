import type { Rule } from "@pos/contract"
import { closedBeforeOpened } from "./closed-before-opened.ts"
import { unknownTimeZone } from "./unknown-time-zone.ts"

/** Every rule of the contract. */
export const rules: ReadonlyArray<Rule> = [closedBeforeOpened, unknownTimeZone]
