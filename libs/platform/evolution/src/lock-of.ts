/** From a contract, and what is compiled of it, to its lock. */
import {
  type Column as ContractColumn,
  type Dataset,
  type Field,
  type GroupRule,
  fieldBounds,
  type FieldCheck,
  type Forms,
  INT64,
  type Kpi,
  type Leniency,
  type Registered,
  type Rule,
  storedName,
} from "@pos/contract"
import { type DatasetContent, type KpiTable, SOURCE_ORDER, type TableColumn } from "@pos/sql"
import { BigDecimal, Effect, Record, Schema } from "effect"
import { canonicalLine } from "./canonical-text.ts"
import {
  type Check,
  checkLock,
  type ColumnKind,
  type Lock,
  type LockedColumn,
  type LockedKpi,
  type LockedLeniency,
  type LockedRule,
  type StoredColumn,
} from "./lock.ts"

/** A part of a contract that a lock has no place for: to leave it out would be to miss its changes. */
export class UnknownPart extends Schema.TaggedError<UnknownPart>()("UnknownPart", {
  subject: Schema.String,
  problem: Schema.String,
}) {
  override get message(): string {
    return (
      `${this.subject}: the lock of a contract can't hold all of it: ${this.problem}. ` +
      "Give it a place in libs/platform/evolution/src/lock.ts, and say what its changes mean."
    )
  }
}

/** What is left of a definition once all known parts are taken out of it. Another part is a type error here. */
type NothingElse = Readonly<Record<string, never>>

const nothingElse = (subject: string, rest: NothingElse): Effect.Effect<void, UnknownPart> => {
  const [name] = Object.keys(rest)
  return name === undefined
    ? Effect.void
    : Effect.fail(new UnknownPart({ subject, problem: `it has no place for "${name}"` }))
}

const byName = <A extends { readonly name: string }>(all: ReadonlyArray<A>): ReadonlyArray<A> =>
  all.toSorted((a, b) => (a.name < b.name ? -1 : 1))

const kindOf = (column: ContractColumn): ColumnKind =>
  column.kind === "oneOf" ? { ...column, values: column.values.toSorted() } : column

/** Checks that `least`, `greatest`, `longest` and the kind itself say already. */
const SAID = /^(effect\/schema\/is(GreaterThan|GreaterThanOrEqualTo|LessThan|LessThanOrEqualTo|Between)BigInt)$/
const LONGEST = "effect/schema/isMaxCodePoints"

const isSaid = ({ id }: FieldCheck, { column }: Field): boolean =>
  (column.kind === "integer" && SAID.test(id)) ||
  (column.kind === "oneOf" && id === "pos/isOneOf") ||
  (column.kind === "text" && id === LONGEST)

const checksOf = (field: Field): ReadonlyArray<Check> => {
  const others = field.checks.filter((check) => !isSaid(check, field))
  const texts = new Map(others.map(({ id, payload }) => [canonicalLine({ id, payload }), { id, payload }]))
  return [...texts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, check]) => check)
}

const longestOf = ({ checks, column }: Field): { readonly longest?: number } => {
  const limits = checks
    .filter(({ id }) => column.kind === "text" && id === LONGEST)
    .map(({ payload }) => Number((payload as { readonly maxCodePoints?: unknown }).maxCodePoints))
  return limits.length === 0 ? {} : { longest: Math.min(...limits) }
}

const boundsOf = (field: Field): { readonly least?: string; readonly greatest?: string } => {
  const bounds = field.column.kind === "integer" ? fieldBounds(field) : undefined
  if (bounds === undefined) return {}
  const { least, greatest } = bounds
  return {
    ...(BigDecimal.equals(least, INT64.least) ? {} : { least: BigDecimal.format(least) }),
    ...(BigDecimal.equals(greatest, INT64.greatest) ? {} : { greatest: BigDecimal.format(greatest) }),
  }
}

const lockedColumn = (data: Dataset, field: Field, table: ReadonlyArray<TableColumn>) =>
  Effect.gen(function* () {
    const { name, column, required, personal, currency, checks: _, ...words } = field
    const { description: _d, unit: _u, invisible: _i, examples: _e, schema: _s, ...rest } = words
    yield* nothingElse(`${data.name}, column ${name}`, rest)
    const storedAs = storedName(data, field)
    const stored = table.find((one) => one.name === storedAs)
    if (stored === undefined)
      return yield* new UnknownPart({ subject: data.name, problem: `no column of the table holds ${name}` })
    return {
      name,
      type: kindOf(column),
      required,
      ...(personal ? { personal: true as const } : {}),
      ...(currency === undefined ? {} : { currency }),
      storedAs,
      storedType: stored.type,
      ...boundsOf(field),
      ...longestOf(field),
      checks: checksOf(field),
    } satisfies LockedColumn
  })

const lockedRule = (data: Dataset, rule: Rule) =>
  Effect.gen(function* () {
    const { id, severity, dimension, column, columns: _c, violatedWhen, detail, words: _w, check: _k, ...rest } = rule
    yield* nothingElse(`${data.name}, rule ${id}`, rest)
    return {
      id,
      severity,
      dimension,
      column,
      violatedWhen,
      ...(detail === undefined ? {} : { detail }),
    } satisfies LockedRule
  })

/** The names of the facts that it asks for say all about them. */
const lockedGroupRule = (data: Dataset, rule: GroupRule) =>
  Effect.gen(function* () {
    const { id, severity, dimension, column, groupBy, violatedWhen, detail, ...more } = rule
    const { words: _w, facts: _f, drops: _d, ...rest } = more
    yield* nothingElse(`${data.name}, rule ${id}`, rest)
    return {
      id,
      severity,
      dimension,
      column,
      groupBy: groupBy.toSorted(),
      violatedWhen,
      ...(detail === undefined ? {} : { detail }),
    } satisfies LockedRule
  })

const lockedRules = (data: Dataset) =>
  Effect.map(
    Effect.all([
      ...data.rules.map((rule) => lockedRule(data, rule)),
      ...(data.groupRules ?? []).map((rule) => lockedGroupRule(data, rule)),
    ]),
    (rules) => rules.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )

/** Whether old rows may lack their place in the order of arrival is the load's affair, and no part of a contract. */
const storedColumns = (columns: ReadonlyArray<TableColumn>): ReadonlyArray<StoredColumn> =>
  byName(columns.map(({ name, type, nullable }) => ({ name, type, nullable: nullable && name !== SOURCE_ORDER })))

/** What a KPI has beyond its table and its measures: each part only where there is one. */
const lockedExtras = ({ grain, dimensions, lookups, ratios }: Kpi): Partial<LockedKpi> => {
  const groups = dimensions.filter(({ name, of }) => of.op !== "column" || of.name !== name)
  return {
    ...(grain === "day" ? {} : { grain }),
    ...(groups.length === 0 ? {} : { groups: byName(groups.map(({ name, of }) => ({ name, of }))) }),
    ...(lookups.length === 0 ? {} : { lookups: lookups.map(({ table, key }) => ({ table, key })) }),
    ...(ratios.length === 0
      ? {}
      : { ratios: byName(ratios.map(({ name, of, per, digits }) => ({ name, of, per, digits }))) }),
  }
}

const lockedKpi = (data: Dataset, kpi: Kpi, table: KpiTable) =>
  Effect.gen(function* () {
    const { name, measures, description: _d, output: _o, stored: _t, source: _s, ...more } = kpi
    const { grain: _g, dimensions: _i, lookups: _l, ratios: _r, ...rest } = more
    yield* nothingElse(`${data.name}, KPI ${name}`, rest)
    return {
      name,
      path: table.path,
      columns: storedColumns(table.columns),
      partitionBy: table.partitionBy.toSorted(),
      key: table.key.toSorted(),
      ...lockedExtras(kpi),
      measures: byName(
        measures.map((measure) => ({
          name: measure.name,
          storedType: table.columns.find((column) => column.name === measure.name)?.type ?? "",
          aggregate: measure.aggregate,
        })),
      ),
    } satisfies LockedKpi
  })

const lockedForms = ({ columns, ...rest }: Forms): Forms => ({
  ...rest,
  ...(columns === undefined
    ? {}
    : {
        columns: Record.map(columns, ({ alsoCalled, missing, ...forms }) => ({
          ...forms,
          ...(alsoCalled === undefined ? {} : { alsoCalled: alsoCalled.toSorted() }),
          ...(missing === undefined ? {} : { missing: missing.toSorted() }),
        })),
      }),
})

const lockedLeniency = ({ from, ...all }: Leniency): LockedLeniency => ({
  ...lockedForms(all),
  ...(from === undefined ? {} : { from: Record.map(from, lockedForms) }),
})

/** The severities that no rule and no policy of the contract says. */
const sharedReasons = ({ groupRules = [], rules }: Dataset, { reasons }: DatasetContent) => {
  const said = new Set(["unexpected_column", ...[...rules, ...groupRules].map(({ id }) => id)])
  const shared = Record.filter(reasons, (_, code) => !said.has(code))
  return Record.map(shared, ({ severity }) => severity)
}

/** The lock of a dataset as it is now; fails where the contract has a part that a lock cannot hold. */
export const lockOf = ({ dataset, kpis }: Registered, content: DatasetContent): Effect.Effect<Lock, UnknownPart> =>
  Effect.gen(function* () {
    const { name, version, description: _d, table: _t, row: _r, fields, kind, key, ...more } = dataset
    const { delivers, unique, eventTime, policies, businessDate, canary, ...others } = more
    const { rules: _rules, groupRules: _groups, leniency, ...rest } = others
    yield* nothingElse(name, rest)
    const { curated } = content.tables
    const tables = new Map(content.tables.kpis.map((table) => [table.name, table]))
    const lock: Lock = {
      format: "pos-contract-lock/1",
      contract: name,
      version,
      kind,
      ...(delivers === undefined ? {} : { delivers }),
      key: key.toSorted(),
      ...(unique === undefined ? {} : { unique }),
      ...(eventTime === undefined ? {} : { eventTime }),
      ...(businessDate === undefined ? {} : { businessDate }),
      ...(canary === undefined ? {} : { canary }),
      ...(leniency === undefined ? {} : { leniency: lockedLeniency(leniency) }),
      policies,
      columns: byName(yield* Effect.forEach(fields, (field) => lockedColumn(dataset, field, curated.columns))),
      rules: yield* lockedRules(dataset),
      reasons: sharedReasons(dataset, content),
      curated: {
        name: curated.name,
        path: curated.path,
        columns: storedColumns(curated.columns),
        partitionBy: curated.partitionBy.toSorted(),
        key: curated.key.toSorted(),
        keyScope: curated.keyScope.toSorted(),
      },
      kpis: byName(
        yield* Effect.forEach(kpis, (kpi) => {
          const table = tables.get(kpi.name)
          return table === undefined
            ? Effect.fail(new UnknownPart({ subject: name, problem: `${kpi.name} is not compiled` }))
            : lockedKpi(dataset, kpi, table)
        }),
      ),
    }
    // Parts that are taken over as they are may hold what the types don't know.
    return yield* Effect.mapError(checkLock(lock), (problem) => new UnknownPart({ subject: name, problem }))
  })
