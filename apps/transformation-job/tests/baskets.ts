/**
 * A contract with a column of every kind, a key of three columns, and KPIs grouped by a list, a boolean and a day.
 * Run as a program it prints the plan file of `baskets`, whose first row of a key is kept, and of `corrected_baskets`,
 * whose latest row wins.
 */
import {
  dataset,
  Day,
  Decimal,
  Expr,
  Flag,
  Integer,
  kpi,
  noInvisibleCharacters,
  notBlank,
  OneOf,
  rule,
  Text,
  Timestamp,
} from "@pos/contract"
import { compile } from "@pos/sql"
import { Effect, Schema } from "effect"

const Basket = Schema.Struct({
  basket: Text.check(notBlank, noInvisibleCharacters).annotate({ description: "Basket" }),
  position: Integer.annotate({ description: "Line of the basket" }),
  day: Day.annotate({ description: "Business day" }),
  sold_at: Timestamp.annotate({ description: "Moment of the sale" }),
  paid_at: Schema.optionalKey(Timestamp.annotate({ description: "Moment of the payment" })),
  until: Schema.optionalKey(Day.annotate({ description: "Last day to bring it back" })),
  state: OneOf(["open", "paid", "it's void"]).annotate({ description: "State" }),
  gift: Flag.annotate({ description: "Whether it is a gift" }),
  member: Schema.optionalKey(Flag.annotate({ description: "Whether a member bought" })),
  amount: Decimal(18, 2).annotate({ description: "Amount" }),
})

const kpis = (table: string) => [
  kpi(Basket, {
    name: `${table}_per_state`,
    description: "What was sold, by state and by whether it is a gift.",
    by: ["state", "gift"],
    measures: (row, { count, countDistinct, countWhere, max, sum }) => ({
      total: sum(row.amount).describe("Amount"),
      lines: count().describe("Lines"),
      baskets: countDistinct(row.basket).describe("Baskets"),
      members: countWhere(Expr.coalesce(row.member, false)).describe("Lines of members"),
      unpaid: countWhere(Expr.eq(row.state, "open")).describe("Lines not paid"),
      dearest: max(row.amount).describe("Largest amount"),
    }),
  }),
  kpi(Basket, {
    name: `${table}_per_business_day`,
    description: "What was sold for each business day.",
    by: ["day"],
    measures: (row, { count, countDistinct, sum }) => ({
      total: sum(row.amount).describe("Amount"),
      lines: count().describe("Lines"),
      states: countDistinct(row.state).describe("States"),
    }),
  }),
]

const words = { message: "{column} is {value}: {detail}.", meaning: "It is wrong.", remedy: "Send it right." }

const baskets = (table: string, acrossFiles: "keepFirst" | "latestWins") =>
  dataset({
    kind: "facts",
    name: `pos-${table.replace("_", "-")}`,
    version: "1.0.0",
    description: "Lines of baskets.",
    row: Basket,
    table,
    key: ["basket", "position", "day"],
    eventTime: { column: "sold_at", storedAs: "event_time" },
    policies: {
      fileTolerance: 0,
      unexpectedColumn: "warning",
      acrossFiles,
      largestFile: { plain: 1e9, gzip: 1e9, decompressed: 1e9, rows: 1e8, columns: 100 },
    },
    businessDate: { timeZone: "Europe/Berlin", cutoffHour: 4 },
    rules: [
      rule(Basket, {
        id: "until_before_day",
        severity: "error",
        column: "until",
        violatedWhen: (row) => Expr.lt(Expr.coalesce(row.until, "9999-12-31"), row.day),
        detail: (row) => row.day,
        ...words,
      }),
    ],
  })

const compiled = (table: string, acrossFiles: "keepFirst" | "latestWins") =>
  Effect.map(
    compile(baskets(table, acrossFiles), kpis(table)),
    (plan) => [table, { ...plan, hash: `sha256:${table}` }] as const,
  )

const datasets = Object.fromEntries(
  await Effect.runPromise(Effect.all([compiled("baskets", "keepFirst"), compiled("corrected_baskets", "latestWins")])),
)
process.stdout.write(JSON.stringify({ format: "pos-plan/2", hash: "sha256:all", datasets, defaultDataset: "baskets" }))
