export { LakeUnavailable, WrongStatement } from "./errors.ts"
/** @public For programs that read KPIs. */
export { kpiRowFromJson, type KpiQuery, readKpi } from "./kpi.ts"
/** @public `Lake` as above. */
export { Lake, type OpenLake, openLake, type Query, query, queryAll, type QueryResult } from "./lake.ts"
export { identifier, type LakeLocation, literal, mentioned, type TableView } from "./location.ts"
export { withRatioColumns } from "./ratios.ts"
export { isForbidden } from "./reading.ts"
export { hiveType, readStored, type StoredTable } from "./stored.ts"
export { decimalText, type Json, toJson } from "./values.ts"
