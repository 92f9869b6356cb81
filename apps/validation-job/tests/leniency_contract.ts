/**
 * A contract that declares every leniency, each for some of its suppliers. `plan`: prints the plan. `read`: reads rows by
 * the contract itself, `[{"eventTime", "key", "source": "text" or "scalars", "rows": [{column: cell}]}]` on standard input.
 */
import { readFileSync } from "node:fs"
import {
  dataset,
  Day,
  Decimal,
  EpochSeconds,
  Flag,
  Integer,
  noInvisibleCharacters,
  notBlank,
  OneOf,
  reader,
  Text,
  Timestamp,
} from "@pos/contract"
import { compile } from "@pos/sql"
import { BigDecimal, Effect, Schema } from "effect"

const Line = Schema.Struct({
  id: Text.check(notBlank, noInvisibleCharacters).annotate({ description: "Line" }),
  units: Integer.annotate({ description: "Units" }),
  pieces: Schema.optionalKey(Integer.annotate({ description: "Pieces" })),
  amount: Schema.optionalKey(Decimal(18, 4).annotate({ description: "Amount" })),
  price: Schema.optionalKey(Decimal(18, 2).annotate({ description: "Price" })),
  sold_at: Timestamp.annotate({ description: "Moment of the sale" }),
  paid_at: Schema.optionalKey(EpochSeconds.annotate({ description: "Moment of the payment" })),
  until: Schema.optionalKey(Day.annotate({ description: "Last day" })),
  member: Schema.optionalKey(Flag.annotate({ description: "Whether a member bought" })),
  state: Schema.optionalKey(OneOf(["open", "paid"]).annotate({ description: "State" })),
  note: Schema.optionalKey(Text.annotate({ description: "Note" })),
})

const NONE = ["NULL", "N/A", "-"]

const lines = dataset({
  kind: "facts",
  name: "pos-lines",
  version: "1.0.0",
  description: "Lines.",
  row: Line,
  table: "lines",
  key: ["id"],
  eventTime: { column: "sold_at", storedAs: "event_time" },
  policies: {
    fileTolerance: 1,
    unexpectedColumn: "warning",
    acrossFiles: "keepFirst",
    largestFile: { plain: 1e9, gzip: 1e9, decompressed: 1e9, rows: 1e8, columns: 100 },
  },
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  rules: [],
  leniency: {
    columns: {
      id: { alsoCalled: ["line_id"] },
      units: { written: "3.0" },
      note: { missing: NONE },
      state: { missing: NONE },
    },
    from: {
      "incoming/berlin/": {
        columns: {
          units: { written: "3,0", alsoCalled: ["Menge"] },
          pieces: { written: "1.234,0", missing: NONE },
          amount: { written: "1.234,5", missing: NONE },
          price: { written: "1234,5", missing: NONE },
          sold_at: { written: { pattern: "dd.MM.yyyy HH:mm", zone: "Europe/Berlin" } },
          paid_at: {
            written: { pattern: "d.M.yyyy H:mm:ss.SSS", zone: "Europe/Berlin", twice: "earlier" },
            missing: NONE,
          },
          until: { written: { pattern: "d.M.yyyy" }, missing: NONE },
          member: { missing: NONE },
        },
        trailer: { cells: ["TRAILER", "{rows}"], required: true },
      },
      "incoming/newyork/": {
        columns: {
          pieces: { written: "1,234" },
          amount: { written: "1,234.5" },
          price: { written: "1'234.5" },
          sold_at: { written: { pattern: "M/d/yyyy HH:mm:ss", zone: "America/New_York", twice: "later" } },
          paid_at: { written: { pattern: "yyyy-MM-dd'T'HH:mm:ss", zone: "Australia/Lord_Howe" } },
          until: { written: { pattern: "yyyy-MM-dd '00:00:00'" } },
        },
        trailer: { cells: ["{rows}"] },
      },
      "incoming/berlin/old/": { columns: { amount: { written: "1 234,5" } } },
    },
  },
})

const shown = (value: unknown): string | null => {
  if (value === undefined) return null
  return BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : String(value)
}

/** Numbers travel as JSON numbers, and are whole numbers to the contract where they are whole. */
const cell = (value: unknown): unknown => (Number.isSafeInteger(value) ? BigInt(value as number) : value)

if (process.argv[2] === "plan") {
  const plan = await Effect.runPromise(compile(lines, []))
  const datasets = { lines: { ...plan, hash: "sha256:lines" } }
  process.stdout.write(JSON.stringify({ format: "pos-plan/2", hash: "sha256:all", datasets, defaultDataset: "lines" }))
} else {
  const requests = JSON.parse(readFileSync(0, "utf8")) as ReadonlyArray<{
    readonly eventTime: number
    readonly key: string
    readonly source: "text" | "scalars"
    readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  }>
  const answers = requests.map(({ eventTime, key, source, rows }) => {
    const read = reader(lines, { source, key, parameters: { event_time: eventTime } })
    return rows.map((row) => {
      const cells = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)]))
      const { violations, values } = read(cells)
      return {
        codes: violations
          .filter(({ severity }) => severity === "error")
          .map(({ code, column }) => `${code} ${column}`)
          .toSorted(),
        values: Object.fromEntries(lines.fields.map(({ name }) => [name, shown(values[name])])),
      }
    })
  })
  process.stdout.write(JSON.stringify(answers))
}
