/** Changes by which a file that was valid may be rejected. */
import {
  atMostCharacters,
  between,
  Decimal,
  everywhere,
  Expr,
  Flag,
  Integer,
  noControlCharacters,
  noInvisibleCharacters,
  notBlank,
  OneOf,
  Text,
  Timestamp,
} from "@pos/contract"
import { Schema } from "effect"
import { ruleOf, rules, tillTotal } from "../receipts.ts"
import { type Case, column, largest, policy } from "./edits.ts"

const [large, small] = rules as [(typeof rules)[number], (typeof rules)[number]]

export const stricter: ReadonlyArray<Case> = [
  [
    "a new rule about groups",
    { dataset: { groupRules: [tillTotal("till")] } },
    ["rule till_total: new, error"],
    "stricter",
    "major",
  ],
  ["a new required column", column({ member: Flag }), ["column member: new, required"], "stricter", "major"],
  [
    "an optional column that becomes required",
    column({ tip: Decimal(9, 2) }),
    ["column tip: optional → required"],
    "stricter",
    "major",
  ],
  [
    "a tighter bound",
    column({ till: Integer.check(between(1n, 99n)) }),
    ["column till: 1 to 999 → 1 to 99"],
    "stricter",
    "major",
  ],
  [
    "a bound that moves",
    column({ till: Integer.check(between(2n, 9_999n)) }),
    ["column till: 1 to 999 → 2 to 9999"],
    "stricter",
    "major",
  ],
  [
    "shorter texts",
    column({ note: Schema.optionalKey(Text.check(atMostCharacters(10))) }),
    ["column note: at most 40 characters → 10 characters"],
    "stricter",
    "major",
  ],
  [
    "a value that is no longer allowed",
    column({ status: OneOf(["paid"]) }),
    ["column status: no longer open"],
    "stricter",
    "major",
  ],
  [
    "a text that becomes a list",
    column({ note: Schema.optionalKey(OneOf(["gift"])) }),
    ["column note: Text → OneOf(gift), stored as string as before"],
    "stricter",
    "major",
  ],
  [
    "another check",
    column({ id: Text.check(notBlank, noInvisibleCharacters, noControlCharacters, atMostCharacters(20)) }),
    ["column id: new check noControlCharacters"],
    "stricter",
    "major",
  ],
  [
    "a moment that is written differently",
    column({ at: Timestamp }),
    ["column at: EpochSeconds → Timestamp, stored as timestamp as before"],
    "stricter",
    "major",
  ],
  [
    "a new rule as an error",
    { rules: [...rules, ruleOf({ id: "odd" })] },
    ["rule odd: new, error"],
    "stricter",
    "major",
  ],
  [
    "a warning that becomes an error",
    { rules: [large, ruleOf({ id: "amount_small", violatedWhen: (row) => Expr.lt(row.amount, 1) })] },
    ["rule amount_small: warning → error"],
    "stricter",
    "major",
  ],
  [
    "a rule that refuses more rows",
    { rules: [ruleOf({ id: "amount_too_large", violatedWhen: (row) => Expr.gt(row.amount, 500) }), small] },
    ["rule amount_too_large: another condition, not provably looser"],
    "stricter",
    "major",
  ],
  ["a lower tolerance", policy({ fileTolerance: 0 }), ["tolerance: 1 % → 0 % of invalid rows"], "stricter", "major"],
  [
    "columns that are no longer ignored",
    policy({ unexpectedColumn: "error" }),
    ["a column that the contract does not name is now an error"],
    "stricter",
    "major",
  ],
  ["smaller files", largest({ gzip: 10 }), ["largest file, gzip: 100000 → 10"], "stricter", "major"],
  [
    "a key that is unique on other dates, too",
    { dataset: { unique: everywhere(400) } },
    ["a key is unique: in a file, and on its business date → on all dates within 400 days"],
    "stricter",
    "major",
  ],
]
