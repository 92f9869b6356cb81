/** A contract to change: a column of most kinds, rules of both severities, two KPIs. */
import {
  atMostCharacters,
  between,
  type Dataset,
  dataset,
  Decimal,
  EpochSeconds,
  Expr,
  type GroupRule,
  groupRule,
  Integer,
  type Kpi,
  kpi,
  noInvisibleCharacters,
  notBlank,
  OneOf,
  type Policies,
  type Registered,
  type Rule,
  rule,
  Text,
} from "@pos/contract"
import { compile } from "@pos/sql"
import { Effect, Schema } from "effect"
import { type Lock, lockOf } from "../src/index.ts"

export const fields = {
  id: Text.check(notBlank, noInvisibleCharacters, atMostCharacters(20)),
  till: Integer.check(between(1n, 999n)),
  units: Integer.check(between(-1_000n, 1_000n)),
  amount: Decimal(9, 2),
  tip: Schema.optionalKey(Decimal(9, 2)),
  status: OneOf(["paid", "open"]),
  note: Schema.optionalKey(Text.check(atMostCharacters(40))),
  at: EpochSeconds,
}

const words = { message: "{column} is {value}.", meaning: "It is wrong.", remedy: "Send it right." }
const Row = Schema.Struct(fields)

export const ruleOf = (definition: Partial<Parameters<typeof rule<typeof Row>>[1]> & { readonly id: string }): Rule =>
  rule(Row, {
    severity: "error",
    column: "amount",
    violatedWhen: (row) => Expr.gt(row.amount, 1_000),
    ...words,
    ...definition,
  })

/** A rule about the rows that share these columns. */
export const tillTotal = (...groupBy: ReadonlyArray<"till" | "units">): GroupRule =>
  groupRule(Row, {
    id: "till_total",
    severity: "error",
    groupBy,
    column: "amount",
    violatedWhen: (row, till) => Expr.gt(till.sum(row.amount), 9_000),
    ...words,
  })

export const rules: ReadonlyArray<Rule> = [
  ruleOf({ id: "amount_too_large" }),
  ruleOf({ id: "amount_small", severity: "warning", violatedWhen: (row) => Expr.lt(row.amount, 1) }),
]

export const kpisOf = (row: typeof Row): ReadonlyArray<Kpi> => [
  kpi(row, {
    name: "amount_per_till",
    description: "What each till takes.",
    by: (receipt) => ({ till: receipt.till, large: Expr.gt(receipt.units, 10) }),
    measures: (receipt, { count, sum }) => ({
      total: sum(receipt.amount).describe("Amounts"),
      units_total: sum(receipt.units).describe("Units"),
      receipts: count().describe("Receipts"),
    }),
    ratios: { average: { of: "total", per: "receipts", digits: 2, description: "Amount of a receipt" } },
  }),
  kpi(row, {
    name: "receipts_per_till",
    description: "How many.",
    by: ["till"],
    measures: (_, { count }) => ({ row_count: count().describe("Rows") }),
  }),
]

export const policies: Policies = {
  fileTolerance: 0.01,
  unexpectedColumn: "warning",
  acrossFiles: "keepFirst",
  largestFile: { plain: 1_000_000, gzip: 100_000, decompressed: 2_000_000, rows: 10_000, columns: 100 },
}

export interface Edit {
  readonly fields?: Schema.Struct.Fields
  readonly rules?: ReadonlyArray<Rule>
  readonly kpis?: (row: typeof Row) => ReadonlyArray<Kpi>
  /** What the platform says of all datasets, said otherwise. */
  readonly reasons?: Lock["reasons"]
  readonly dataset?: Partial<Omit<Dataset, "fields" | "rules" | "row">>
}

/** The contract with some of it said otherwise. */
export const registered = (edit: Edit = {}): Registered => {
  const row = Schema.Struct(edit.fields ?? fields) as typeof Row
  const definition = {
    name: "pos-receipts",
    version: "1.4.2",
    description: "Receipts.",
    kind: "facts" as const,
    row,
    table: "receipts",
    key: ["id"],
    eventTime: { column: "at", storedAs: "event_time" },
    businessDate: { timeZone: "UTC", cutoffHour: 0 },
    policies,
    leniency: { columns: { units: { written: "3.0" as const } } },
    rules: edit.rules ?? rules,
    ...edit.dataset,
  }
  return { dataset: dataset(definition as never), kpis: (edit.kpis ?? kpisOf)(row) }
}

export const lockOfEntry = (entry: Registered): Effect.Effect<Lock, unknown> =>
  Effect.flatMap(compile(entry.dataset, entry.kpis), (content) => lockOf(entry, content))

/** The lock of the contract after an edit. */
export const lockWith = (edit: Edit = {}): Effect.Effect<Lock, unknown> =>
  Effect.map(lockOfEntry(registered(edit)), (lock) => ({ ...lock, reasons: { ...lock.reasons, ...edit.reasons } }))
