/** The documents that the apps hand to one another, and where they lie in S3. Pure: no I/O, no AWS, no clock. */
export { CommitNote } from "./commit-note.ts"
export { ContractReference } from "./contract-reference.ts"
export { FileCounts, FileRows, LoadedRows, RunRows, ValidatedOutput } from "./counts.ts"
export { DatasetId, datasetOfKey, datasetPrefix } from "./dataset-id.ts"
export { compactTime, EventTime, eventDate } from "./event-time.ts"
export { ExecutionInput, ExecutionOutput, Failure } from "./execution.ts"
export { ManifestFile, orderedVersions } from "./file-version.ts"
export {
  type Location,
  formatUri,
  incomingPrefix,
  layoutNames,
  memberColumn,
  locationFromUri,
  rejectedLayout,
  rejectedPrefix,
  reportsPrefix,
  runLayout,
  runsPrefix,
} from "./layout.ts"
export { ArgumentName, argument, jobArguments, repairModulesArgument } from "./job-arguments.ts"
export { LogLevel, LogLine } from "./log-line.ts"
export { CanaryReport, MaintenanceReport, TableMaintenance } from "./maintenance.ts"
export { Manifest } from "./manifest.ts"
export {
  JobName,
  type MetricDimension,
  metricDimensions,
  MetricDirective,
  MetricLine,
  type MetricName,
  metricsNamespace,
  metricUnits,
} from "./metrics.ts"
export { AnyNotice, notices } from "./notice.ts"
export { ReasonHelp, RejectedReport } from "./rejected-report.ts"
export { FileReason, ReasonTotal, Sample, Severity } from "./reasons.ts"
export { RunId, runIdOf } from "./run-id.ts"
export { mostShards, Shard, shardBytes, shardsOf } from "./shards.ts"
export { RepairMode, RepairReport, repairReportKey } from "./repair.ts"
export { ConflictSample, Engine, LoadOutcome, StaleDate, TableResult, TransformationSummary } from "./transformation.ts"
export {
  CheckedFile,
  Compression,
  FileFormat,
  FileLine,
  FilesToCheck,
  ValidationSummary,
  Verdict,
} from "./validation.ts"
