/** A dataset with rules about groups, and files for it in which every group goes wrong somewhere. */
import {
  dataset,
  Day,
  Decimal,
  EpochSeconds,
  Expr,
  type Field,
  groupReading,
  groupRule,
  Integer,
  noInvisibleCharacters,
  notBlank,
  reader,
  type Row,
  rule,
  Text,
  Timestamp,
  wholeMicros,
} from "@pos/contract"
import { Schema } from "effect"

const Line = Schema.Struct({
  receipt: Text.check(notBlank, noInvisibleCharacters),
  position: Integer,
  day: Day,
  store: Integer,
  lines: Integer,
  amount: Decimal(18, 4),
  tip: Schema.optionalKey(Decimal(9, 2)),
  sold_at: EpochSeconds,
  paid_at: Schema.optionalKey(Timestamp),
  note: Schema.optionalKey(Text),
})

const words = { message: "{column} is {value}: {detail}.", meaning: "It is wrong.", remedy: "Send it right." }

const oneReceipt = { groupBy: ["receipt", "day"], ...words } as const

export const receiptLines = dataset({
  kind: "facts",
  name: "receipt-lines",
  version: "1.0.0",
  description: "Lines of receipts.",
  row: Line,
  table: "receipt_lines",
  key: ["receipt", "position", "day"],
  eventTime: { column: "sold_at", storedAs: "event_time" },
  policies: {
    fileTolerance: 1,
    unexpectedColumn: "warning",
    acrossFiles: "keepFirst",
    largestFile: { plain: 1e9, gzip: 1e9, decompressed: 1e9, rows: 1e8, columns: 100 },
  },
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  rules: [
    rule(Line, {
      id: "no_lines",
      severity: "error",
      column: "lines",
      violatedWhen: (line) => Expr.lt(line.lines, 1),
      ...words,
    }),
  ],
  groupRules: [
    groupRule(Line, {
      id: "two_stores",
      severity: "error",
      column: "store",
      violatedWhen: (line, receipt) => Expr.ne(line.store, receipt.first.store),
      detail: (_, receipt) => receipt.first.store,
      ...oneReceipt,
    }),
    groupRule(Line, {
      id: "lines_missing",
      severity: "error",
      column: "lines",
      violatedWhen: (line, receipt) => Expr.ne(line.lines, receipt.count),
      detail: (_, receipt) => receipt.count,
      ...oneReceipt,
    }),
    groupRule(Line, {
      id: "sold_apart",
      severity: "warning",
      column: "sold_at",
      violatedWhen: (line, receipt) => Expr.ne(line.sold_at, receipt.first.sold_at),
      detail: (_, receipt) => receipt.first.sold_at,
      ...oneReceipt,
    }),
    groupRule(Line, {
      id: "paid_after_first",
      severity: "warning",
      column: "paid_at",
      violatedWhen: (line, receipt, run) =>
        Expr.gt(Expr.coalesce(line.paid_at, 0), Expr.coalesce(receipt.first.paid_at, run.eventTime)),
      ...oneReceipt,
    }),
    groupRule(Line, {
      id: "share_of_total",
      severity: "warning",
      column: "amount",
      violatedWhen: (line, receipt) =>
        Expr.gt(Expr.multiply(line.amount, 2), receipt.sum(Expr.add(line.amount, Expr.coalesce(line.tip, 0)))),
      detail: (line, receipt) => receipt.sum(line.amount),
      ...oneReceipt,
    }),
    groupRule(Line, {
      id: "odd_store",
      severity: "warning",
      groupBy: ["store"],
      column: "note",
      violatedWhen: (line, store) =>
        Expr.or(
          Expr.and(
            Expr.gt(store.countDistinct(line.receipt), 2),
            Expr.eq(line.amount, store.max(line.amount)),
            Expr.isPresent(line.note),
          ),
          Expr.and(Expr.isPresent(store.first.note), Expr.not(store.isFirst), Expr.not(Expr.isPresent(line.note))),
          Expr.gt(store.countWhere(Expr.isPresent(line.tip)), Expr.add(store.min(line.lines), 1)),
        ),
      ...words,
    }),
  ],
})

/** Cells that are the same value in other words, or another value that looks like it. */
const CELLS: Readonly<Record<string, ReadonlyArray<string>>> = {
  receipt: ["R1", "R1", "R2", "r1", "R1 ", "R\u00e9", "Re\u0301", "\u{1F600}", "'", ""],
  position: ["1", "2", "3", "4", "01", "+2", " 3"],
  day: ["2025-01-01", "2025-01-01", " 2025-01-01", "2025-01-02"],
  store: ["1", "1", "1", "+1", "2", "9223372036854775807", "x"],
  lines: ["1", "2", "3", "02", "0", "-9223372036854775808"],
  amount: ["1.5", "1.50", "1.49996", "-2", "0", "99999999999999.9999", "-99999999999999.9999", "1e1"],
  tip: ["", "", "0.5", "0.505", "9999999.99"],
  sold_at: ["1700000000", "1.7e9", "1700000000.0000001", "1700000000.0000006", "1700000001"],
  paid_at: ["", "2023-11-14T22:13:20Z", "2023-11-14T23:13:20.000000+01:00", "2023-11-14T22:13:20.000001Z"],
  note: ["", "", "x", "X"],
}

/** Numbers from 0 to below `below`, the same for a seed. */
const dice = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Files of a few rows that meet in the same groups; some rows repeat an earlier one of their file. */
export const hostileFiles = (count: number, seed: number): ReadonlyArray<ReadonlyArray<Record<string, string>>> => {
  const roll = dice(seed)
  const row = () =>
    Object.fromEntries(Object.entries(CELLS).map(([name, cells]) => [name, cells[roll(cells.length)] ?? ""]))
  return Array.from({ length: count }, () => {
    const rows: Array<Record<string, string>> = []
    for (let at = roll(60); at >= 0; at--)
      rows.push(rows.length > 0 && roll(5) === 0 ? { ...rows[roll(rows.length)] } : row())
    return rows
  })
}

/** A typed value as tables keep it: a moment has whole microseconds. */
const stored = (field: Field, value: unknown, cell: string): unknown =>
  field.column.kind === "epochSeconds" ? Number(wholeMicros(cell)) / 1_000_000 : value

/** What the contract says about a file: the codes of each row's groups. */
export const groupReference = (rows: ReadonlyArray<Record<string, string>>, eventTime: number) => {
  const parameters = { event_time: eventTime }
  const read = reader(receiptLines, { source: "text", parameters })
  const good = rows.map((row): Row | undefined => {
    const { values, violations } = read(row)
    if (violations.some(({ severity }) => severity === "error")) return undefined
    return Object.fromEntries(
      receiptLines.fields
        .filter(({ name }) => values[name] !== undefined)
        .map((field) => [field.name, stored(field, values[field.name], row[field.name] ?? "")]),
    )
  })
  return groupReading(receiptLines, good, parameters)
}
