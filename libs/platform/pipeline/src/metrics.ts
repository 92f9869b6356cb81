import { Schema } from "effect"

/** The CloudWatch namespace of every metric. */
export const metricsNamespace = "PosPlatform"

/** The jobs that log, and that metrics are told apart by. A report is a Lambda's, as the trigger is; a repair is the transformation job's. */
export const JobName = Schema.Literals([
  "trigger",
  "validation",
  "transformation",
  "maintenance",
  "repair",
  "report",
]).annotate({
  identifier: "JobName",
})
export type JobName = typeof JobName.Type

/** What metrics are told apart by. Each distinct set of their values is billed as a metric. */
export const metricDimensions = ["Job", "Stage", "Dataset"] as const
export type MetricDimension = (typeof metricDimensions)[number]

/** Every metric and its unit. */
export const metricUnits = {
  FilesReceived: "Count",
  RunsStarted: "Count",
  ObjectsIgnored: "Count",
  MessagesFailed: "Count",
  FilesValid: "Count",
  FilesRejected: "Count",
  FilesSkipped: "Count",
  RowsValid: "Count",
  RowsInvalid: "Count",
  RowsRepeated: "Count",
  Duration: "Seconds",
  RowsIn: "Count",
  RowsAppended: "Count",
  RowsDuplicate: "Count",
  RowsConflict: "Count",
  RowsUpdated: "Count",
  RowsSuperseded: "Count",
  RowsRemoved: "Count",
  KpiDatesStale: "Count",
  DatesTouched: "Count",
  FreshnessSeconds: "Seconds",
  DatesCompacted: "Count",
  FilesCompacted: "Count",
  FilesDeleted: "Count",
  MaintenanceSeconds: "Seconds",
  ReportsWritten: "Count",
} as const
export type MetricName = keyof typeof metricUnits

const Metric = Schema.Struct({ Name: Schema.NonEmptyString, Unit: Schema.Literals(["Count", "Seconds"]) }).annotate({
  identifier: "Metric",
})

const MetricSet = Schema.Struct({
  Namespace: Schema.Literal(metricsNamespace),
  Dimensions: Schema.Array(Schema.Array(Schema.Literals(metricDimensions))),
  Metrics: Schema.Array(Metric),
}).annotate({ identifier: "MetricSet" })

/** `_aws` of a line of metrics: which of the line's fields are metrics, and which tell them apart. */
export const MetricDirective = Schema.Struct({
  Timestamp: Schema.Natural,
  CloudWatchMetrics: Schema.Array(MetricSet),
}).annotate({ identifier: "MetricDirective" })
export type MetricDirective = typeof MetricDirective.Type

/**
 * A line of a log that CloudWatch turns into metrics: the embedded metric format. Beside `_aws` are the dimensions, the
 * metrics and what else belongs to the line, such as `runId`.
 */
export const MetricLine = Schema.StructWithRest(Schema.Struct({ _aws: MetricDirective }), [
  Schema.Record(Schema.String, Schema.Unknown),
])
export type MetricLine = typeof MetricLine.Type
