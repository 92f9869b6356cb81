export type { Column } from "./annotations.ts"
export { type Bounds, fieldBounds, INT64, MOMENTS } from "./bounds.ts"
export { businessDay } from "./business-day.ts"
export {
  BARE_DAY,
  BARE_TIMESTAMP,
  DAY,
  FALSE_SPELLINGS,
  parseTimestamp,
  TIMESTAMP,
  timestampMicros,
  TRUE_SPELLINGS,
} from "./calendar.ts"
export { BLANK, atLeast, atMostCharacters, between, CONTROL, noControlCharacters, notBlank } from "./checks.ts"
export { Day, Decimal, EpochSeconds, Flag, Integer, OneOf, Text, Timestamp } from "./columns.ts"
export type { BusinessDate, DateColumn } from "./business-date.ts"
export {
  type Canary,
  type Dataset,
  type DatasetKind,
  type DatasetOf,
  dataset,
  type FactsDefinition,
  type Policies,
  type ReferenceDefinition,
  storedName,
} from "./dataset.ts"
export { type Delivers, wholeListReasons } from "./delivers.ts"
export { presentCells, rowCodec, type Source, textOfScalar } from "./codec.ts"
export { InvalidContract } from "./errors.ts"
export { formsFor, prefixesOf, readsOtherwise } from "./leniency/forms.ts"
export type {
  ColumnForms,
  Forms,
  Leniency,
  LeniencyOf,
  Trailer,
  Written,
  WrittenDay,
  WrittenDecimal,
  WrittenInteger,
  WrittenMoment,
} from "./leniency/leniency.ts"
export { LOCAL_TIME, localMoment, type LocalTimeReason } from "./leniency/local-time.ts"
export type { Rewrite } from "./leniency/patterns.ts"
export { isPattern, rewritesOf, rewritten } from "./leniency/rewrites.ts"
export { formWords } from "./leniency/words.ts"
export { boundsOf } from "./expression/bounds.ts"
export { type Columns, columnsOf, type RunParameters } from "./expression/columns.ts"
export { evaluate, type Parameters, type Row, type Value } from "./expression/evaluate.ts"
export * as Expr from "./expression/expr.ts"
export * from "./expression/node.ts"
export { type Precision, precisionOf } from "./expression/precision.ts"
export { type Field, type FieldCheck, fieldsOf, isMoment, type RowSchema } from "./fields.ts"
export { groupReading } from "./group-reading.ts"
export {
  type Group,
  type GroupFact,
  type GroupRule,
  type GroupRuleDefinition,
  groupRule,
  keyRules,
  rowColumnsRead,
} from "./group-rule.ts"
export { INVISIBLE, INVISIBLE_NAMES, noInvisibleCharacters } from "./invisible.ts"
export { MOST_ROWS } from "./kpi/aggregate-column.ts"
export { computeKpi, type KpiRows } from "./kpi/compute.ts"
export { attributeFields, attributeName, type Lookup, type StoredDimension } from "./kpi/dimension.ts"
export type { Dimension } from "./kpi/group-column.ts"
export { type Kpi, kpi } from "./kpi/kpi.ts"
export { type Aggregate, type Aggregates, Measure } from "./kpi/measure.ts"
export { type Grain, PERIOD_COLUMN, PERIOD_WORDS, periodOf } from "./kpi/period.ts"
export { divide, type Ratio, withRatios } from "./kpi/ratio.ts"
export {
  DECIMAL,
  INTEGER,
  losesPrecision,
  NOT_FINITE,
  parseDecimal,
  parseDouble,
  parseInteger,
  wholeMicros,
} from "./numbers.ts"
export { datasetId, type Registered, type Registry, registry } from "./registry.ts"
export { read, reader, type Reading, type ReadOptions, type Violation } from "./read.ts"
export {
  fileReasons,
  fillMessage,
  type ReasonDefinition,
  rowReasons,
  unexpectedColumn,
  type ReasonText,
  trailerReasons,
} from "./reasons.ts"
export { isAboutOneColumn, type Rule, type RuleDefinition, rule, type Severity } from "./rule.ts"
export {
  everywhere,
  MOST_DAYS,
  perBusinessDate,
  sameRows,
  type Unique,
  USUAL_DAYS,
  windowInFile,
  windowOf,
} from "./unique.ts"
