/** What can differ between a released contract and today's: one case for each kind of difference. */
import { Schema } from "effect"
import { Aggregate, BusinessDate, Canary, ColumnKind, Delivers, EventTime, Policies, Unique } from "./lock.ts"

const Text = Schema.String
const Names = Schema.Array(Schema.String)
const Severity = Schema.Literals(["error", "warning"])
const ToColumn = { column: Text }

/** Names that appear where another disappears, of the same type: the other may have been renamed. */
const perhaps = { perhaps: Names }

export const Change = Schema.TaggedUnion({
  DatasetAdded: {},
  DatasetRemoved: {},
  ContractRenamed: { from: Text, to: Text },
  TableRenamed: { from: Text, to: Text },
  TablePathChanged: { table: Text, from: Text, to: Text },
  DatasetKindChanged: { from: Text, to: Text },
  DeliversChanged: { from: Schema.NullOr(Delivers), to: Schema.NullOr(Delivers) },
  KeyChanged: { from: Names, to: Names },
  KeyScopeChanged: { from: Names, to: Names },
  /** `null`: nothing was said about it. */
  UniqueChanged: { from: Schema.NullOr(Unique), to: Schema.NullOr(Unique) },
  PartitionsChanged: { table: Text, from: Names, to: Names },
  EventTimeChanged: { from: Schema.NullOr(EventTime), to: Schema.NullOr(EventTime) },
  BusinessDateChanged: { from: Schema.NullOr(BusinessDate), to: Schema.NullOr(BusinessDate) },
  AcrossFilesChanged: { from: Policies.fields.acrossFiles, to: Policies.fields.acrossFiles },
  ToleranceChanged: { from: Schema.Finite, to: Schema.Finite },
  UnexpectedColumnChanged: { to: Severity },
  LargestFileChanged: { limit: Text, from: Schema.Natural, to: Schema.Natural },
  CanaryChanged: { from: Schema.NullOr(Canary), to: Schema.NullOr(Canary) },

  /** `below`: of files below this prefix, or of all. `retakes`: texts that were read until now are read otherwise or refused. */
  LeniencyAdded: { below: Text, form: Text, retakes: Schema.Boolean },
  LeniencyRemoved: { below: Text, form: Text },

  ColumnAdded: { ...ToColumn, required: Schema.Boolean },
  ColumnRemoved: { ...ToColumn, ...perhaps },
  /** `from` and `to` are how files write it; the stored types are the same where the table can stay as it is. */
  ColumnTypeChanged: { ...ToColumn, from: ColumnKind, to: ColumnKind, storedFrom: Text, storedTo: Text },
  ColumnRequiredChanged: { ...ToColumn, required: Schema.Boolean },
  ColumnStoredAsChanged: { ...ToColumn, from: Text, to: Text },
  ColumnPersonalChanged: { ...ToColumn, personal: Schema.Boolean },
  ColumnCurrencyChanged: { ...ToColumn, from: Schema.NullOr(Text), to: Schema.NullOr(Text) },
  ColumnValuesChanged: { ...ToColumn, added: Names, removed: Names },
  /** As `1 to 9`; `tighter` where any value that was accepted no longer is. */
  ColumnBoundsChanged: { ...ToColumn, from: Text, to: Text, tighter: Schema.Boolean },
  ColumnLengthChanged: { ...ToColumn, from: Schema.NullOr(Schema.Natural), to: Schema.NullOr(Schema.Natural) },
  ColumnCheckAdded: { ...ToColumn, check: Text },
  ColumnCheckRemoved: { ...ToColumn, check: Text },

  RuleAdded: { rule: Text, severity: Severity },
  RuleRemoved: { rule: Text, severity: Severity, ...perhaps },
  RuleSeverityChanged: { rule: Text, to: Severity },
  /** `looser`: without doubt, no row breaks the rule that did not break it before. */
  RuleConditionChanged: { rule: Text, severity: Severity, looser: Schema.Boolean },
  RuleReportChanged: { rule: Text, parts: Names },

  /** Of a reason code that belongs to no rule. */
  ReasonSeverityChanged: { reason: Text, to: Severity },

  KpiAdded: { kpi: Text },
  KpiRemoved: { kpi: Text, ...perhaps },
  KpiGrainChanged: { kpi: Text, from: Names, to: Names },
  /** Groups of the same names, which are computed from something else. */
  KpiGroupsChanged: { kpi: Text, groups: Names },
  MeasureAdded: { kpi: Text, measure: Text },
  MeasureRemoved: { kpi: Text, measure: Text, ...perhaps },
  MeasureTypeChanged: { kpi: Text, measure: Text, from: Text, to: Text },
  MeasureMeaningChanged: { kpi: Text, measure: Text, from: Aggregate, to: Aggregate },

  RatioAdded: { kpi: Text, ratio: Text },
  RatioRemoved: { kpi: Text, ratio: Text },
  RatioChanged: { kpi: Text, ratio: Text },

  /** A column of a table is compiled to something else, and none of the changes above says why. */
  StoredColumnChanged: { table: Text, column: Text, from: Schema.NullOr(Text), to: Schema.NullOr(Text) },
  /** The locks differ and no comparison says in what: nothing is passed over. */
  SomethingElseChanged: { parts: Names },
})
export type Change = typeof Change.Type
