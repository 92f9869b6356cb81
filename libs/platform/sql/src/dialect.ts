/** What differs between the SQL engines. Everything else is written once, in the compiler's folds. */
import type { BusinessDate, Column, Grain, Node, Precision } from "@pos/contract"
import type { Effect } from "effect"
import type { UnsupportedInDialect } from "./errors.ts"
import type { PatternSyntax } from "./pattern.ts"

/** SQL, and what has to hold besides for it to be exact (only polars' proofs need that). */
export interface Fragment {
  readonly sql: string
  readonly needs: ReadonlyArray<string>
}

export type Compiled = Effect.Effect<Fragment, UnsupportedInDialect>

/** Where an expression finds its columns. */
export interface Scope {
  readonly dialect: Dialect
  readonly column: (name: string) => ColumnReference | undefined
  /** The hour of a moment on the local clock, where that is known. */
  readonly localHour?: (moment: Node) => Compiled
}
export interface ColumnReference {
  readonly sql: string
  readonly column: Column
}

/** SQL that is TRUE where a present value keeps a check. `payload`: as Effect persists the check. */
export type CheckCompiler = (payload: CheckPayload, value: ColumnReference, dialect: Dialect) => string | Problem
export type CheckPayload = Readonly<Record<string, unknown>>
/** Why a check can't be written. */
export interface Problem {
  readonly problem: string
}

export interface Dialect {
  readonly name: string
  readonly identifier: (name: string) => string
  readonly textLiteral: (value: string) => string
  readonly floatLiteral: (value: number) => string
  /** A parameter of the run; the job replaces `{event_time}` by a number. */
  readonly parameter: (name: string) => string
  /** The name of a column's type, for casts and table definitions. */
  readonly typeName: (column: Column) => string
  readonly asText: (sql: string) => string
  /** Characters (code points) of a text. */
  readonly codePoints: (sql: string) => string
  readonly patternSyntax: PatternSyntax
  /** Whether a part of a text matches; `pattern` is in the dialect's own syntax (see `pattern.ts`). */
  readonly matches: (sql: string, pattern: string) => string
  /** A sum of decimals with so many digits, for a column, where the engine's own is slow. */
  readonly decimalSum?: (sql: string, of: Precision, column: Column & Precision) => string | undefined
  /** Takes an expression over, when the engine needs its own way for it. */
  readonly override?: (node: Node, scope: Scope, recurse: (node: Node) => Compiled) => Compiled | undefined
  /** Takes a check over: polars states proofs, which may be stronger than the check. */
  readonly checks?: Readonly<Record<string, CheckCompiler>>
}

/** An engine that also builds tables. */
export interface TableDialect extends Dialect {
  /** A timestamp (with time zone UTC) from microseconds since 1970. */
  readonly timestamp: (micros: string) => string
  /** The business date of a moment given in microseconds since 1970: independent of the session's time zone. */
  readonly businessDate: (micros: string, businessDate: BusinessDate) => string
  /** The hour of a timestamp on the clock of a time zone, 0 to 23: independent of the session's. */
  readonly localHour: (timestamp: string, timeZone: string) => string
  /** The first day of the week (a Monday) or month that a date is in. */
  readonly periodStart: (date: string, grain: Exclude<Grain, "day">) => string
  /** An aggregate: of the rows that keep a condition a list of records with these fields. */
  readonly collect: (fields: Readonly<Record<string, string>>, condition: string) => string
  /** How many days lie from one date to a later one; negative where it is earlier. */
  readonly daysBetween: (from: string, to: string) => string
  /**
   * The dates of those rows of a group that are the first of their kind: in the order of `rank`, each that is more than
   * `days` days away from all before it that are. An aggregate over the group, made of `date` and `rank`.
   */
  readonly firstDates: (date: string, rank: string, days: number) => string
  /** The first of `firstDates` that is at most `days` days away from `date`. */
  readonly nearest: (firstDates: string, date: string, days: number) => string
}
