/**
 * `contract.lock.json`: the shape of a dataset as it was last released, with its version. It has what files, tables and
 * figures depend on, the types that were compiled included, and no words: a changed sentence changes no lock.
 */
import { Effect, Schema, SchemaIssue } from "effect"
import { canonicalText } from "./canonical-text.ts"
import { Expression } from "./expression.ts"

const Names = Schema.Array(Schema.String)
const Severity = Schema.Literals(["error", "warning"])

/** How a column is written in a file. */
export const ColumnKind = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("text") }),
  Schema.Struct({ kind: Schema.Literal("integer"), digits: Schema.optionalKey(Schema.Natural) }),
  Schema.Struct({ kind: Schema.Literal("decimal"), precision: Schema.Natural, scale: Schema.Natural }),
  Schema.Struct({ kind: Schema.Literal("epochSeconds") }),
  Schema.Struct({ kind: Schema.Literal("timestamp") }),
  Schema.Struct({ kind: Schema.Literal("date") }),
  Schema.Struct({ kind: Schema.Literal("boolean") }),
  /** The texts are sorted. */
  Schema.Struct({ kind: Schema.Literal("oneOf"), values: Names }),
])
export type ColumnKind = typeof ColumnKind.Type

const Check = Schema.Struct({ id: Schema.String, payload: Schema.Json })
export type Check = typeof Check.Type

const Column = Schema.Struct({
  name: Schema.String,
  type: ColumnKind,
  required: Schema.Boolean,
  personal: Schema.optionalKey(Schema.Literal(true)),
  /** Of an amount of money: the column that names its currency. */
  currency: Schema.optionalKey(Schema.String),
  /** The column of the curated table, and its type there. */
  storedAs: Schema.String,
  storedType: Schema.String,
  /** Of whole numbers: the least and the greatest value, where the checks narrow the 64 bits. */
  least: Schema.optionalKey(Schema.String),
  greatest: Schema.optionalKey(Schema.String),
  /** Of texts: the most characters. */
  longest: Schema.optionalKey(Schema.Natural),
  /** What else a value must keep. */
  checks: Schema.Array(Check),
})
export type LockedColumn = typeof Column.Type

const Rule = Schema.Struct({
  id: Schema.String,
  severity: Severity,
  dimension: Schema.String,
  column: Schema.String,
  violatedWhen: Expression,
  detail: Schema.optionalKey(Expression),
  /** A rule about the rows of a file that share these columns; what it asks about them stands in its expressions. */
  groupBy: Schema.optionalKey(Names),
})
export type LockedRule = typeof Rule.Type

const StoredColumn = Schema.Struct({ name: Schema.String, type: Schema.String, nullable: Schema.Boolean })
export type StoredColumn = typeof StoredColumn.Type

/** A table as it is compiled. Columns are sorted: tables are read and compared by their names. */
const Table = Schema.Struct({
  name: Schema.String,
  path: Schema.String,
  columns: Schema.Array(StoredColumn),
  partitionBy: Names,
  key: Names,
})

const CuratedTable = Schema.Struct({ ...Table.fields, keyScope: Names })

export const Aggregate = Schema.Union([
  Schema.Struct({ op: Schema.Literals(["sum", "countWhere", "countDistinct", "min", "max"]), of: Expression }),
  Schema.Struct({ op: Schema.Literal("count") }),
])
export type Aggregate = typeof Aggregate.Type

const Measure = Schema.Struct({ name: Schema.String, storedType: Schema.String, aggregate: Aggregate })
export type LockedMeasure = typeof Measure.Type

/** A group that is no column of the row. */
const Group = Schema.Struct({ name: Schema.String, of: Expression })

/** Reference data that groups read, and by what. */
const Lookup = Schema.Struct({
  table: Schema.String,
  key: Schema.Array(Schema.Struct({ column: Schema.String, of: Expression })),
})

const Ratio = Schema.Struct({
  name: Schema.String,
  of: Schema.String,
  per: Schema.String,
  digits: Schema.Natural,
})

const Kpi = Schema.Struct({
  ...Table.fields,
  /** A day unless stated. */
  grain: Schema.optionalKey(Schema.Literals(["week", "month"])),
  groups: Schema.optionalKey(Schema.Array(Group)),
  lookups: Schema.optionalKey(Schema.Array(Lookup)),
  measures: Schema.Array(Measure),
  ratios: Schema.optionalKey(Schema.Array(Ratio)),
})
export type LockedKpi = typeof Kpi.Type

export const Policies = Schema.Struct({
  fileTolerance: Schema.Finite,
  unexpectedColumn: Severity,
  acrossFiles: Schema.Literals(["keepFirst", "latestWins"]),
  largestFile: Schema.Struct({
    plain: Schema.Natural,
    gzip: Schema.Natural,
    decompressed: Schema.Natural,
    rows: Schema.Natural,
    columns: Schema.Natural,
  }),
})
export type LockedPolicies = typeof Policies.Type

export const BusinessDate = Schema.Union([
  Schema.Struct({ timeZone: Schema.String, cutoffHour: Schema.Natural }),
  Schema.Struct({ column: Schema.String }),
])
export type LockedBusinessDate = typeof BusinessDate.Type

export const EventTime = Schema.Struct({ column: Schema.String, storedAs: Schema.String })
export const Canary = Schema.Struct({ date: Schema.String, where: Schema.Record(Schema.String, Schema.Int) })

/** Absent where the contract says nothing about it. */
export const Unique = Schema.Union([
  Schema.Struct({ scope: Schema.Literal("everywhere"), days: Schema.Natural }),
  Schema.Struct({ scope: Schema.Literal("businessDate") }),
])
export type LockedUnique = typeof Unique.Type

const WrittenForm = Schema.Union([
  /** A number, told by an example. */
  Schema.String,
  Schema.Struct({
    pattern: Schema.String,
    zone: Schema.optionalKey(Schema.String),
    twice: Schema.optionalKey(Schema.Literals(["earlier", "later"])),
  }),
])
const ColumnForms = Schema.Struct({
  alsoCalled: Schema.optionalKey(Names),
  missing: Schema.optionalKey(Names),
  written: Schema.optionalKey(WrittenForm),
})
export type LockedForms = typeof ColumnForms.Type
const Forms = {
  columns: Schema.optionalKey(Schema.Record(Schema.String, ColumnForms)),
  trailer: Schema.optionalKey(Schema.Struct({ cells: Names, required: Schema.optionalKey(Schema.Literal(true)) })),
}

/** Other ways in which files may be sent: all of them, and those below a prefix. Names and words are sorted. */
export const Leniency = Schema.Struct({
  ...Forms,
  from: Schema.optionalKey(Schema.Record(Schema.String, Schema.Struct(Forms))),
})
export type LockedLeniency = typeof Leniency.Type

export const Delivers = Schema.Literals(["wholeList", "changes"])

export const Lock = Schema.Struct({
  format: Schema.Literal("pos-contract-lock/1"),
  contract: Schema.String,
  version: Schema.String,
  kind: Schema.Literals(["facts", "reference"]),
  delivers: Schema.optionalKey(Delivers),
  key: Names,
  unique: Schema.optionalKey(Unique),
  eventTime: Schema.optionalKey(EventTime),
  businessDate: Schema.optionalKey(BusinessDate),
  canary: Schema.optionalKey(Canary),
  leniency: Schema.optionalKey(Leniency),
  policies: Policies,
  columns: Schema.Array(Column),
  rules: Schema.Array(Rule),
  /** Severities of the reason codes that belong to no rule, by code. Locks of earlier releases have none. */
  reasons: Schema.optionalKey(Schema.Record(Schema.String, Severity)),
  curated: CuratedTable,
  kpis: Schema.Array(Kpi),
})
export type Lock = typeof Lock.Type

/** A lock that is no lock, or of a format that this code does not know. */
export class UnreadableLock extends Schema.TaggedError<UnreadableLock>()("UnreadableLock", {
  path: Schema.String,
  problem: Schema.String,
}) {
  override get message(): string {
    return (
      `${this.path} is no lock that can be read: ${this.problem}. ` +
      "It is written by `npx nx run plan:release`, never by hand: take the committed one back with git."
    )
  }
}

/** A lock holds nothing that its Schema does not name: what is not understood is not compared. */
const STRICT = { onExcessProperty: "error" } as const

const sentence = (issue: SchemaIssue.Issue): string =>
  SchemaIssue.makeFormatterDefault()(issue).replaceAll(/\s*\n\s*/g, " ")

const parsed = (text: string): Effect.Effect<unknown, string> =>
  Effect.try({ try: () => JSON.parse(text) as unknown, catch: (error) => String((error as Error).message) })

/** Reads the text of a lock; `path` is for the error. */
export const readLock = (path: string, text: string): Effect.Effect<Lock, UnreadableLock> =>
  parsed(text).pipe(
    Effect.flatMap((value) =>
      Effect.mapError(Schema.decodeUnknownEffect(Lock, STRICT)(value), ({ issue }) => sentence(issue)),
    ),
    Effect.mapError((problem) => new UnreadableLock({ path, problem })),
  )

/** Whether a value is a lock and nothing more; if not, what is wrong, in words. */
export const checkLock = (lock: Lock): Effect.Effect<Lock, string> =>
  Effect.mapError(Schema.decodeUnknownEffect(Lock, STRICT)(lock), ({ issue }) => sentence(issue))

/** The text of a lock: the same for the same shape, and each thing on a line of its own. */
export const lockText = (lock: Lock): string => canonicalText(lock)
