/** The shapes of what is told about runs and files. Nothing here reads. */
export { type Conflict, conflictOf } from "./conflicts.ts"
export { type FileReport, FileReports } from "./file-report.ts"
export { datasetOf, failureOf, RunReport, runIdOfExecution } from "./run-report.ts"
