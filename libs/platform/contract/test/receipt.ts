/** A small row to try the language on: one column of each kind, one of them optional. */
import { Schema } from "effect"
import {
  atLeast,
  dataset,
  Decimal,
  EpochSeconds,
  Expr,
  Integer,
  InvalidContract,
  noInvisibleCharacters,
  notBlank,
  rule,
  Text,
} from "../src/index.ts"

export const Receipt = Schema.Struct({
  id: Text.check(notBlank, noInvisibleCharacters).annotate({ description: "The receipt" }),
  till: Integer.check(atLeast(1n)),
  amount: Decimal(9, 2),
  tip: Schema.optionalKey(Decimal(9, 2)),
  at: EpochSeconds,
})

/** What a definition is refused for. */
export const refusal = (define: () => unknown): string => {
  try {
    define()
  } catch (error) {
    if (error instanceof InvalidContract) return error.message
    throw error
  }
  return "nothing is wrong"
}

export const words = { message: "{column} is {value}", meaning: "It is wrong.", remedy: "Send it right." }

export const tipTooHigh = rule(Receipt, {
  id: "tip_too_high",
  severity: "error",
  column: "tip",
  violatedWhen: (row) => Expr.gt(Expr.coalesce(row.tip, 0), row.amount),
  ...words,
})

export const oldReceipt = rule(Receipt, {
  id: "old_receipt",
  severity: "warning",
  column: "at",
  violatedWhen: (row, run) => Expr.lt(row.at, Expr.subtract(run.eventTime, 86_400)),
  ...words,
})

export const noTill = rule(Receipt, {
  id: "closed_till",
  severity: "error",
  column: "till",
  violatedWhen: (row) => Expr.oneOf(row.till, [13n]),
  ...words,
})

export const receipts = dataset({
  kind: "facts",
  name: "receipts",
  version: "1.0.0",
  description: "Receipts",
  table: "receipts",
  row: Receipt,
  key: ["id"],
  eventTime: { column: "at", storedAs: "event_time" },
  policies: {
    fileTolerance: 0,
    unexpectedColumn: "warning",
    acrossFiles: "keepFirst",
    largestFile: {
      plain: 8_000_000_000,
      gzip: 1_000_000_000,
      decompressed: 20_000_000_000,
      rows: 200_000_000,
      columns: 10_000,
    },
  },
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  rules: [tipTooHigh, oldReceipt, noTill],
})
