/**
 * A contract with a column of every kind and a key of three columns,
 * and the same with other keys and rules. `plan`: prints the plan. `read`: reads rows by the
 * contract itself, `{"source": "text" or "scalars", "rows": [{column: cell}]}` on standard input.
 */
import { readFileSync } from "node:fs"
import {
  dataset,
  Day,
  Decimal,
  Expr,
  Flag,
  groupRule,
  Integer,
  noInvisibleCharacters,
  notBlank,
  OneOf,
  reader,
  rule,
  Text,
  Timestamp,
  timestampMicros,
} from "@pos/contract"
import { compile } from "@pos/sql"
import { BigDecimal, Effect, Record, Result, Schema } from "effect"

const Basket = Schema.Struct({
  basket: Text.check(notBlank, noInvisibleCharacters).annotate({ description: "Basket" }),
  position: Integer.annotate({ description: "Line of the basket" }),
  day: Day.annotate({ description: "Business day" }),
  sold_at: Timestamp.annotate({ description: "Moment of the sale" }),
  paid_at: Schema.optionalKey(Timestamp.annotate({ description: "Moment of the payment" })),
  until: Schema.optionalKey(Day.annotate({ description: "Last day to bring it back" })),
  state: OneOf(["open", "paid", "it's void"]).annotate({ description: "State" }),
  member: Schema.optionalKey(Flag.annotate({ description: "Whether a member bought" })),
  amount: Decimal(18, 2).annotate({ description: "Amount" }),
})

const words = { message: "{column} is {value}: {detail}.", meaning: "It is wrong.", remedy: "Send it right." }

const definition = {
  kind: "facts" as const,
  name: "pos-baskets",
  version: "1.0.0",
  description: "Lines of baskets.",
  row: Basket,
  table: "baskets",
  key: ["basket", "position", "day"] as const,
  eventTime: { column: "sold_at", storedAs: "event_time" } as const,
  policies: {
    fileTolerance: 1,
    unexpectedColumn: "warning" as const,
    acrossFiles: "keepFirst" as const,
    largestFile: { plain: 1e9, gzip: 1e9, decompressed: 1e9, rows: 1e8, columns: 100 },
  },
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  rules: [
    rule(Basket, {
      id: "until_before_day",
      severity: "error",
      column: "until",
      violatedWhen: (row) => Expr.lt(Expr.coalesce(row.until, "9999-12-31"), row.day),
      detail: (row) => row.day,
      ...words,
    }),
    rule(Basket, {
      id: "sold_in_future",
      severity: "error",
      column: "sold_at",
      violatedWhen: (row, run) => Expr.gt(row.sold_at, run.eventTime),
      ...words,
    }),
    rule(Basket, {
      id: "member_left_open",
      severity: "warning",
      column: "state",
      violatedWhen: (row) => Expr.and(Expr.coalesce(row.member, false), Expr.eq(row.state, "open")),
      detail: (row) => row.sold_at,
      ...words,
    }),
  ],
}

const baskets = dataset(definition)

/** The same rows, told apart by their basket and the moment of the sale. */
const keyedByMoment = dataset({ ...definition, name: "pos-moments", table: "moments", key: ["basket", "sold_at"] })

/** The same rows, with rules about those of one basket and those of one state. */
const grouped = dataset({
  ...definition,
  name: "pos-grouped",
  table: "grouped",
  groupRules: [
    groupRule(Basket, {
      id: "sold_apart",
      severity: "error",
      groupBy: ["basket", "day"],
      column: "sold_at",
      violatedWhen: (row, basket) => Expr.ne(row.sold_at, basket.first.sold_at),
      detail: (_, basket) => basket.first.sold_at,
      ...words,
    }),
    groupRule(Basket, {
      id: "free_basket",
      severity: "warning",
      groupBy: ["basket", "day"],
      column: "amount",
      violatedWhen: (row, basket) =>
        Expr.and(Expr.eq(basket.sum(row.amount), 0), Expr.gt(basket.count, 1), basket.isFirst),
      detail: (_, basket) => basket.count,
      ...words,
    }),
    groupRule(Basket, {
      id: "single_void",
      severity: "error",
      groupBy: ["state"],
      column: "state",
      violatedWhen: (row, state) => Expr.and(Expr.eq(row.state, "it's void"), Expr.eq(state.count, 1)),
      ...words,
    }),
  ],
})

const shown = (name: string, value: unknown, cell: unknown): string | null => {
  if (value === undefined) return null
  if (name === "sold_at" || name === "paid_at") return String(Result.getOrThrow(timestampMicros(String(cell))))
  return BigDecimal.isBigDecimal(value) ? BigDecimal.format(BigDecimal.scale(value, 2)) : String(value)
}

/** Numbers travel as JSON numbers, and are whole numbers to the contract where they are whole. */
const cell = (value: unknown): unknown => (Number.isSafeInteger(value) ? BigInt(value as number) : value)

if (process.argv[2] === "plan") {
  const all = { baskets, moments: keyedByMoment, grouped }
  const plans = await Effect.runPromise(Effect.all(Record.map(all, (data) => compile(data, []))))
  const datasets = Record.map(plans, (plan, id) => ({ ...plan, hash: `sha256:${id}` }))
  const document = { format: "pos-plan/2", hash: "sha256:all", datasets, defaultDataset: "baskets" }
  process.stdout.write(JSON.stringify(document))
} else {
  const { eventTime, source, rows } = JSON.parse(readFileSync(0, "utf8"))
  const read = reader(baskets, { source, parameters: { event_time: eventTime } })
  const readings = rows.map((row: Record<string, unknown>) => {
    const cells = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)]))
    const { violations, values } = read(cells)
    return {
      codes: violations.map(({ code, column }) => `${code} ${column}`).toSorted(),
      valid: violations.every(({ severity }) => severity === "warning"),
      values: Object.fromEntries(baskets.fields.map(({ name }) => [name, shown(name, values[name], cells[name])])),
    }
  })
  process.stdout.write(JSON.stringify(readings))
}
