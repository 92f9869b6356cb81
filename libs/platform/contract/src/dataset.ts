/** A dataset: what its rows look like, which rules they keep, and what happens to those that don't. */
import type { Schema } from "effect"
import type { Column } from "./annotations.ts"
import type { BusinessDate, DateColumn } from "./business-date.ts"
import { type Delivers, deliveryProblems } from "./delivers.ts"
import { InvalidContract } from "./errors.ts"
import { type Field, fieldsOf, isMoment, type RowSchema } from "./fields.ts"
import type { GroupRule } from "./group-rule.ts"
import { mayLookAlike } from "./invisible.ts"
import type { Leniency, LeniencyOf } from "./leniency/leniency.ts"
import { leniencyProblems } from "./leniency/problems.ts"
import { momentRules } from "./moments.ts"
import { repeated } from "./names.ts"
import type { Rule } from "./rule.ts"
import { type Unique, uniqueProblems } from "./unique.ts"

export interface Policies {
  /** Share of invalid rows, 0 to 1, up to which a file is accepted and its bad rows are quarantined. 0: one rejects it. */
  readonly fileTolerance: number
  /** How bad a column is that the contract does not name. */
  readonly unexpectedColumn: "warning" | "error"
  /** A key that comes again in a later file with other values: a conflict that is kept out, or a correction that wins. */
  readonly acrossFiles: "keepFirst" | "latestWins"
  /** What one file may have; larger ones must come in parts, since one machine judges a file whole. */
  readonly largestFile: {
    /** Bytes as it is sent, and as it is sent when gzipped. */
    readonly plain: number
    readonly gzip: number
    /** Bytes once gzip or Parquet's own compression is undone. */
    readonly decompressed: number
    readonly rows: number
    readonly columns: number
  }
}

/**
 * What its rows are. `facts` happened on a business date and are appended: sales. `reference` rows describe something by
 * its key, and what was sent last counts: stores.
 */
export type DatasetKind = "facts" | "reference"

/**
 * The rows by which a deployment is tried out: all those of one business date whose columns have these values. No real row
 * may be among them, so that trying it out changes no figure, and that its date can be dropped afterwards.
 */
export interface Canary {
  /** `yyyy-mm-dd`, long past. */
  readonly date: string
  /** Whole numbers that no real row has. */
  readonly where: Readonly<Record<string, number>>
}

/** A dataset as compilers and documents read it. */
export interface Dataset {
  readonly name: string
  readonly version: string
  readonly description: string
  /** The curated table. */
  readonly table: string
  readonly row: Schema.Top
  readonly fields: ReadonlyArray<Field>
  readonly kind: DatasetKind
  /** Reference data have it. */
  readonly delivers?: Delivers
  readonly key: ReadonlyArray<string>
  /**
   * How far apart the business dates of two rows with one key may be that are the same row. Where it is absent, as in
   * contracts that are older than it: of one file whatever the dates, of several files on the same date.
   */
  readonly unique?: Unique
  /** The column that holds the moment of the row, and its name in the tables. */
  readonly eventTime?: { readonly column: string; readonly storedAs: string }
  readonly policies: Policies
  /** Facts have one: of their event time, or in a column. */
  readonly businessDate?: BusinessDate | DateColumn
  readonly rules: ReadonlyArray<Rule>
  /** Rules about rows of one file that belong together, beside those that follow from the key. */
  readonly groupRules?: ReadonlyArray<GroupRule>
  readonly canary?: Canary
  /** Other ways to write what files hold, for all of them or by supplier. None: only the contract's own. */
  readonly leniency?: Leniency
}

/** The name of a column in the tables. */
export const storedName = (
  { eventTime }: { readonly eventTime?: Dataset["eventTime"] | undefined },
  field: Field,
): string => (field.name === eventTime?.column ? eventTime.storedAs : field.name)

/** The same, with the type of its rows. */
export interface DatasetOf<S extends RowSchema> extends Dataset {
  readonly row: S
  readonly key: ReadonlyArray<keyof S["Type"] & string>
  readonly eventTime?: { readonly column: keyof S["Type"] & string; readonly storedAs: string }
  readonly businessDate?: BusinessDate | { readonly column: keyof S["Type"] & string }
}

/** What is stated of facts. */
export interface FactsDefinition<S extends RowSchema> extends Omit<
  DatasetOf<S>,
  "fields" | "kind" | "delivers" | "leniency"
> {
  readonly kind: "facts"
  readonly leniency?: LeniencyOf<S["Type"]>
}

/** What is stated of reference data: they have no dates, and what was sent last always wins. */
export interface ReferenceDefinition<S extends RowSchema> extends Omit<
  DatasetOf<S>,
  "fields" | "kind" | "businessDate" | "canary" | "policies" | "unique" | "leniency"
> {
  readonly kind: "reference"
  readonly leniency?: LeniencyOf<S["Type"]>
  readonly delivers: Delivers
  readonly policies: Omit<Policies, "acrossFiles">
}

const fitsInRow = (column: Column): boolean => {
  if (column.kind === "decimal") return column.precision <= 18
  return !(column.kind === "integer" && column.digits !== undefined)
}

const canaryProblems = ({ canary, fields }: Dataset): ReadonlyArray<string> => {
  if (canary === undefined) return []
  const { date, where } = canary
  return [
    ...(/^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? [] : ["the canary's date is no date"]),
    ...(Object.keys(where).length > 0 ? [] : ["nothing tells the canary's rows from others"]),
    ...Object.entries(where)
      .filter(([name]) => !fields.some((field) => field.name === name && field.column.kind === "integer"))
      .map(([name]) => `the canary's ${name} must be a column of whole numbers`),
    ...Object.entries(where)
      .filter(([, value]) => !Number.isSafeInteger(value))
      .map(([name]) => `the canary's ${name} must be a whole number`),
  ]
}

/** Whether the business date of each row is certain. */
const dateProblems = ({ businessDate, eventTime, fields, kind }: Dataset): ReadonlyArray<string> => {
  const isRequired = (name: string, holds: (column: Column) => boolean) =>
    fields.some((field) => field.name === name && holds(field.column) && field.required)
  const noMoment =
    eventTime !== undefined && !isRequired(eventTime.column, isMoment)
      ? [`${eventTime.column} must be a required column of moments (EpochSeconds or Timestamp)`]
      : []
  if (kind === "reference")
    return [...noMoment, ...(businessDate === undefined ? [] : ["reference data has no business date"])]
  if (businessDate === undefined) return [...noMoment, "facts need a business date"]
  if ("column" in businessDate)
    return isRequired(businessDate.column, ({ kind: of }) => of === "date")
      ? noMoment
      : [...noMoment, `${businessDate.column} must be a required column of days`]
  return [
    ...noMoment,
    ...(eventTime === undefined ? ["a business date needs an event time, or a column of its own"] : []),
    ...(Number.isInteger(businessDate.cutoffHour) && businessDate.cutoffHour >= 0 && businessDate.cutoffHour <= 23
      ? []
      : ["cutoffHour is a whole hour from 0 to 23"]),
  ]
}

/** With the whole key in `groupBy`, each group is one row. */
const groupProblems = ({ groupRules = [], key }: Dataset): ReadonlyArray<string> =>
  groupRules
    .filter(({ groupBy }) => key.every((name) => groupBy.includes(name)))
    .map(({ id }) => `${id} groups by the whole key, so that each group is one row: make it a rule`)

/** A currency is a column of the row, by whose values amounts are told apart. */
const currencyProblems = ({ fields }: Dataset): ReadonlyArray<string> =>
  fields
    .filter(({ currency }) => currency !== undefined)
    .filter(
      ({ currency }) =>
        !fields.some(({ name, column }) => name === currency && (column.kind === "text" || column.kind === "oneOf")),
    )
    .map(({ name, currency }) => `${name} is in the currency of ${currency}, which must be a column of texts`)

const problemsOf = (definition: Dataset): ReadonlyArray<string> => {
  const { fields, groupRules = [], key, policies, rules } = definition
  return [
    ...(key.length > 0 ? [] : ["it has no key"]),
    ...repeated(key).map((name) => `the key names ${name} twice`),
    ...dateProblems(definition),
    ...uniqueProblems(definition),
    ...canaryProblems(definition),
    ...currencyProblems(definition),
    ...deliveryProblems(definition),
    ...leniencyProblems(definition),
    ...repeated([...rules, ...groupRules].map((rule) => rule.id)).map((id) => `two rules are called ${id}`),
    ...groupProblems(definition),
    ...key
      .filter((name) => !fields.some((field) => field.name === name && field.required))
      .map((name) => `the key ${name} must be a required column`),
    ...fields
      .filter((field) => key.includes(field.name) && mayLookAlike(field))
      .map(
        ({ name }) =>
          `two values of the key ${name} may look alike: add the check noInvisibleCharacters, or annotate ` +
          `\`invisible: "allowed"\` if that is meant`,
      ),
    ...fields
      .filter(({ column }) => !fitsInRow(column))
      .map((f) => `${f.name}: a row holds integers of at most 64 bits and decimals of at most 18 digits`),
    ...(policies.fileTolerance >= 0 && policies.fileTolerance <= 1 ? [] : ["fileTolerance is a share from 0 to 1"]),
    ...(Object.values(policies.largestFile).every((limit) => Number.isSafeInteger(limit) && limit > 0)
      ? []
      : ["the limits in largestFile are whole numbers above 0"]),
  ]
}

/** Defines a dataset; throws `InvalidContract` with every problem found. */
export const dataset = <S extends RowSchema, const K extends DatasetKind>(
  definition: (FactsDefinition<S> | ReferenceDefinition<S>) & { readonly kind: K },
): DatasetOf<S> & { readonly kind: K } => {
  const fields = fieldsOf(definition.row)
  // The same without the types of its columns, for whoever reads datasets of any kind.
  const { leniency, ...stated } = definition
  const complete = {
    ...stated,
    ...(leniency === undefined ? {} : { leniency: leniency as Leniency }),
    policies:
      "acrossFiles" in definition.policies
        ? definition.policies
        : { ...definition.policies, acrossFiles: "latestWins" as const },
    fields,
    rules: [...definition.rules, ...momentRules(fields, definition.rules)],
  }
  const problems = problemsOf(complete)
  if (problems.length > 0) throw new InvalidContract({ subject: definition.name, problem: problems.join("; ") })
  return complete
}
