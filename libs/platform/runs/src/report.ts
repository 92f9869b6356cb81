/** The shapes of what is told about runs and files. Nothing here reads. */
export { type Conflict, conflictOf } from "./conflicts.ts"
export { FileReport, FileReports } from "./file-report.ts"
export { RunOverview } from "./run-overview.ts"
export { datasetOf, failureOf, RunReport, runIdOfExecution } from "./run-report.ts"
