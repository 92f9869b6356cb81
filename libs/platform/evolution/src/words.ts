/** Changes in words. */
import { Change } from "./change.ts"
import type { ColumnKind, Lock, LockedUnique } from "./lock.ts"

const list = (names: ReadonlyArray<string>): string => names.join(", ")

const kind = (column: ColumnKind): string => {
  switch (column.kind) {
    case "decimal":
      return `Decimal(${column.precision}, ${column.scale})`
    case "oneOf":
      return `OneOf(${column.values.join(", ")})`
    case "integer":
      return column.digits === undefined ? "Integer" : `Integer of ${column.digits} digits`
    case "text":
      return "Text"
    case "date":
      return "Day"
    case "timestamp":
      return "Timestamp"
    case "epochSeconds":
      return "EpochSeconds"
    case "boolean":
      return "Flag"
  }
}

const businessDate = (of: Lock["businessDate"] | null): string => {
  if (of === undefined || of === null) return "none"
  return "column" in of ? `the column ${of.column}` : `${of.timeZone}, from ${of.cutoffHour}:00`
}

const unique = (of: LockedUnique | null): string => {
  if (of === null) return "in a file, and on its business date"
  return of.scope === "businessDate" ? "on its business date" : `on all dates within ${of.days} days`
}

const eventTime = (of: Lock["eventTime"] | null): string =>
  of === undefined || of === null ? "none" : `${of.column} (stored as ${of.storedAs})`

const delivery = (of: Lock["delivers"] | null): string =>
  of === "wholeList" ? "the whole list" : of === "changes" ? "changes only" : "facts"

const canary = (of: Lock["canary"] | null): string =>
  of === undefined || of === null ? "none" : `${of.date} ${JSON.stringify(of.where)}`

const renamed = (perhaps: ReadonlyArray<string>): string =>
  perhaps.length === 0 ? "" : ` (renamed to ${perhaps.join(" or ")}?)`

const files = (below: string): string => (below === "" ? "all files" : `files below ${below}`)

const most = (characters: number | null): string => (characters === null ? "any length" : `${characters} characters`)

/** What changed: no sentence yet, it is completed by what it means. */
export const wordsOf = (change: Change): string =>
  Change.match(change, {
    DatasetAdded: () => "new dataset",
    DatasetRemoved: () => "the dataset is no longer registered",
    ContractRenamed: ({ from, to }) => `the contract is called ${to}, not ${from}`,
    TableRenamed: ({ from, to }) => `the table is called ${to}, not ${from}`,
    TablePathChanged: ({ table, from, to }) => `table ${table}: lies at ${to}, not ${from}`,
    DatasetKindChanged: ({ from, to }) => `${to}, not ${from}`,
    KeyChanged: ({ from, to }) => `key: ${list(from)} → ${list(to)}`,
    KeyScopeChanged: ({ from, to }) => `scope of the key: ${list(from) || "none"} → ${list(to) || "none"}`,
    UniqueChanged: ({ from, to }) => `a key is unique: ${unique(from)} → ${unique(to)}`,
    PartitionsChanged: ({ table, from, to }) =>
      `table ${table}: partitioned by ${list(from) || "nothing"} → ${list(to) || "nothing"}`,
    DeliversChanged: ({ from, to }) => `each file is: ${delivery(from)} → ${delivery(to)}`,
    EventTimeChanged: ({ from, to }) => `event time: ${eventTime(from)} → ${eventTime(to)}`,
    BusinessDateChanged: ({ from, to }) => `business date: ${businessDate(from)} → ${businessDate(to)}`,
    AcrossFilesChanged: ({ from, to }) => `a key that comes again: ${from} → ${to}`,
    ToleranceChanged: ({ from, to }) => `tolerance: ${from * 100} % → ${to * 100} % of invalid rows`,
    UnexpectedColumnChanged: ({ to }) =>
      `a column that the contract does not name is now ${to === "error" ? "an error" : "a warning"}`,
    LargestFileChanged: ({ limit, from, to }) => `largest file, ${limit}: ${from} → ${to}`,
    CanaryChanged: ({ from, to }) => `canary: ${canary(from)} → ${canary(to)}`,
    LeniencyAdded: ({ below, form }) => `${files(below)}: also ${form}`,
    LeniencyRemoved: ({ below, form }) => `${files(below)}: no longer ${form}`,
    ColumnAdded: ({ column, required }) => `column ${column}: new, ${required ? "required" : "optional"}`,
    ColumnRemoved: ({ column, perhaps }) => `column ${column}: removed${renamed(perhaps)}`,
    ColumnTypeChanged: ({ column, from, to, storedFrom, storedTo }) =>
      `column ${column}: ${kind(from)} → ${kind(to)}` +
      (storedFrom === storedTo ? `, stored as ${storedTo} as before` : `, stored as ${storedFrom} → ${storedTo}`),
    ColumnRequiredChanged: ({ column, required }) =>
      `column ${column}: ${required ? "optional → required" : "required → optional"}`,
    ColumnStoredAsChanged: ({ column, from, to }) => `column ${column}: stored as ${from} → ${to}`,
    ColumnPersonalChanged: ({ column, personal }) =>
      `column ${column}: ${personal ? "personal" : "no longer personal"}`,
    ColumnCurrencyChanged: ({ column, from, to }) =>
      `column ${column}: in the currency of ${from ?? "no column"} → ${to ?? "no column"}`,
    ColumnValuesChanged: ({ column, added, removed }) =>
      `column ${column}: ${[
        ...(removed.length === 0 ? [] : [`no longer ${removed.join(", ")}`]),
        ...(added.length === 0 ? [] : [`also ${added.join(", ")}`]),
      ].join("; ")}`,
    ColumnBoundsChanged: ({ column, from, to }) => `column ${column}: ${from} → ${to}`,
    ColumnLengthChanged: ({ column, from, to }) => `column ${column}: at most ${most(from)} → ${most(to)}`,
    ColumnCheckAdded: ({ column, check }) => `column ${column}: new check ${check}`,
    ColumnCheckRemoved: ({ column, check }) => `column ${column}: without the check ${check}`,
    RuleAdded: ({ rule, severity }) => `rule ${rule}: new, ${severity}`,
    RuleRemoved: ({ rule, severity, perhaps }) => `rule ${rule}: removed, was ${severity}${renamed(perhaps)}`,
    RuleSeverityChanged: ({ rule, to }) => `rule ${rule}: ${to === "error" ? "warning → error" : "error → warning"}`,
    RuleConditionChanged: ({ rule, severity, looser }) =>
      `rule ${rule}: another condition${severity === "error" ? (looser ? ", looser" : ", not provably looser") : ""}`,
    RuleReportChanged: ({ rule, parts }) => `rule ${rule}: reports another ${parts.join(" and ")}`,
    ReasonSeverityChanged: ({ reason, to }) =>
      `reason ${reason}: ${to === "error" ? "warning → error" : "error → warning"}`,
    KpiAdded: ({ kpi }) => `KPI ${kpi}: new`,
    KpiRemoved: ({ kpi, perhaps }) => `KPI ${kpi}: removed${renamed(perhaps)}`,
    KpiGrainChanged: ({ kpi, from, to }) => `KPI ${kpi}: one row for each ${list(from)} → ${list(to)}`,
    KpiGroupsChanged: ({ kpi, groups }) => `KPI ${kpi}: ${list(groups)} groups by something else`,
    MeasureAdded: ({ kpi, measure }) => `KPI ${kpi}: new measure ${measure}`,
    MeasureRemoved: ({ kpi, measure, perhaps }) => `KPI ${kpi}: measure ${measure} removed${renamed(perhaps)}`,
    MeasureTypeChanged: ({ kpi, measure, from, to }) => `KPI ${kpi}: ${measure} is stored as ${from} → ${to}`,
    MeasureMeaningChanged: ({ kpi, measure, from, to }) =>
      from.op === to.op
        ? `KPI ${kpi}: ${measure} is the ${to.op} of something else`
        : `KPI ${kpi}: ${measure} is ${from.op} → ${to.op}`,
    RatioAdded: ({ kpi, ratio }) => `KPI ${kpi}: new ratio ${ratio}`,
    RatioRemoved: ({ kpi, ratio }) => `KPI ${kpi}: ratio ${ratio} removed`,
    RatioChanged: ({ kpi, ratio }) => `KPI ${kpi}: ${ratio} is another ratio, or rounded differently`,
    StoredColumnChanged: ({ table, column, from, to }) =>
      `table ${table}: ${column} is compiled to ${from ?? "nothing"} → ${to ?? "nothing"}`,
    SomethingElseChanged: ({ parts }) => `${list(parts)} differ in something that nobody compares yet`,
  })
