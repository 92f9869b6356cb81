/** A dataset that uses every part of the language, for golden files and comparisons between engines. */
import {
  atLeast,
  atMostCharacters,
  dataset,
  Decimal,
  EpochSeconds,
  Expr,
  Integer,
  kpi,
  noControlCharacters,
  noInvisibleCharacters,
  notBlank,
  rule,
  Text,
} from "@pos/contract"
import { Schema } from "effect"

export const Receipt = Schema.Struct({
  id: Text.check(notBlank, noControlCharacters, noInvisibleCharacters, atMostCharacters(20)).annotate({
    description: "The receipt's name",
  }),
  currency: Schema.optionalKey(Text.check(Schema.isPattern(/^[A-Z]{3}$/, { reason: "unknown_currency" }))),
  till: Integer.check(atLeast(1n), Schema.isLessThanBigInt(100n)),
  amount: Decimal(18, 4).annotate({ description: "Don't panic", unit: "euro" }),
  tip: Schema.optionalKey(Decimal(18, 4)),
  at: EpochSeconds.check(Schema.isBetween({ minimum: 0, maximum: 1e12, exclusiveMaximum: true })),
})

const words = { message: "{column} is {value}.", meaning: "It's wrong.", remedy: "Send it right." }

export const rules = [
  rule(Receipt, {
    id: "too_late",
    severity: "error",
    column: "at",
    violatedWhen: (row, run) => Expr.gt(row.at, Expr.add(run.eventTime, 0.5)),
    ...words,
  }),
  rule(Receipt, {
    id: "closed_till",
    severity: "error",
    column: "till",
    violatedWhen: (row) => Expr.oneOf(row.till, [13n, 14n]),
    ...words,
  }),
  rule(Receipt, {
    id: "tip_without_currency",
    severity: "error",
    column: "tip",
    violatedWhen: (row) => Expr.and(Expr.isPresent(row.tip), Expr.not(Expr.isPresent(row.currency))),
    ...words,
  }),
  rule(Receipt, {
    id: "tip_too_high",
    severity: "warning",
    column: "tip",
    violatedWhen: (row) => Expr.gt(Expr.multiply(Expr.coalesce(row.tip, 0), 2), Expr.abs(row.amount)),
    detail: (row) => Expr.add(row.amount, Expr.coalesce(row.tip, 0)),
    ...words,
  }),
  rule(Receipt, {
    id: "odd_till",
    severity: "warning",
    column: "till",
    violatedWhen: (row) =>
      Expr.or(
        Expr.lt(Expr.add(row.amount, row.till), Expr.caseWhen(Expr.eq(row.id, "it's"), row.amount, 0)),
        Expr.eq(Expr.sign(row.amount), -1),
        Expr.gt(Expr.length(row.id), 19),
      ),
    ...words,
  }),
]

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
    unexpectedColumn: "error",
    acrossFiles: "latestWins",
    largestFile: {
      plain: 8_000_000_000,
      gzip: 1_000_000_000,
      decompressed: 20_000_000_000,
      rows: 200_000_000,
      columns: 10_000,
    },
  },
  businessDate: { timeZone: "Europe/Berlin", cutoffHour: 4 },
  rules,
})

export const takings = kpi(Receipt, {
  name: "takings",
  description: "What each till took",
  by: ["till"],
  measures: (row, { count, countDistinct, countWhere, max, min, sum }) => ({
    total: sum(row.amount),
    gross: sum(Expr.add(row.amount, Expr.coalesce(row.tip, 0))),
    weighted: sum(Expr.multiply(row.till, row.amount)),
    tills: sum(row.till),
    receipts: count(),
    ids: countDistinct(row.id),
    refunds: countWhere(Expr.lt(row.amount, 0)),
    smallest: min(row.amount),
    largest: max(row.amount),
  }),
})
