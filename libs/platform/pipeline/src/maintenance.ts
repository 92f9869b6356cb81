import { Schema } from "effect"

/**
 * What maintenance did to a table, or to all of them: dates that were compacted, files that this removed and added, dates
 * `left` because loads kept changing them, and old files `deleted` for good.
 */
const maintained = {
  dates: Schema.Natural,
  removed: Schema.Natural,
  added: Schema.Natural,
  left: Schema.Natural,
  deleted: Schema.Natural,
  seconds: Schema.Finite,
} as const

/** What maintenance did to one table: the line `maintained` of its log. */
export const TableMaintenance = Schema.Struct({ table: Schema.NonEmptyString, ...maintained }).annotate({
  identifier: "TableMaintenance",
})
export type TableMaintenance = typeof TableMaintenance.Type

/** What maintenance did to all `tables` but those that `failed`: the line `done` of its log. */
export const MaintenanceReport = Schema.Struct({
  tables: Schema.Natural,
  failed: Schema.Natural,
  ...maintained,
}).annotate({ identifier: "MaintenanceReport" })
export type MaintenanceReport = typeof MaintenanceReport.Type

/** What was dropped of a canary: the line `canary-dropped` of the maintenance job's log. `rows` are the curated ones. */
export const CanaryReport = Schema.Struct({
  date: Schema.NonEmptyString,
  rows: Schema.Natural,
  seconds: Schema.Finite,
}).annotate({ identifier: "CanaryReport" })
export type CanaryReport = typeof CanaryReport.Type
