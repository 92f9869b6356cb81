/** The transformation's input for a table of sales: what the golden files and the job's own tests are compiled from. */
import type { KpiTable, TableColumn } from "../../src/plan.ts"
import { relations, type TransformInput } from "../../src/transform/index.ts"

const column = (name: string, type: string, nullable = false): TableColumn => ({ name, type, nullable })

const units: KpiTable = {
  name: "units_per_store",
  path: "kpi/units_per_store",
  columns: [
    column("date", "date"),
    column("store_id", "bigint"),
    column("units", "bigint"),
    column("last", "timestamp", true),
  ],
  partitionBy: ["date"],
  key: ["date", "store_id"],
  measures: ["units", "last"],
}

const validated = [
  "transaction_id",
  "receipt_id",
  "store_id",
  "product_id",
  "quantity",
  "revenue",
  "discount_applied",
  "event_time_us",
].map((name) => ({ name }))

/** `keyDays`: how far apart the dates of two rows with one key may be that are the same row. */
export const sales = (acrossFiles: TransformInput["acrossFiles"], keyDays = 0): TransformInput => ({
  validated,
  curated: {
    name: "sales",
    path: "curated/sales",
    columns: [
      column("transaction_id", "string"),
      column("receipt_id", "string", true),
      column("store_id", "bigint"),
      column("product_id", "bigint"),
      column("quantity", "bigint"),
      column("revenue", "decimal(18,4)"),
      column("discount_applied", "decimal(18,4)", true),
      column("event_time", "timestamp"),
      column("date", "date"),
      ...(acrossFiles === "latestWins" ? [column("source_order", "bigint")] : []),
    ],
    partitionBy: ["date"],
    key: ["transaction_id"],
    keyScope: keyDays > 0 ? [] : ["date"],
    ...(keyDays > 0 ? { keyDays } : {}),
  },
  eventTime: "event_time",
  acrossFiles,
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  canary: { date: "2000-02-29", where: { store_id: 999_999_937 } },
  bounds: [{ column: "quantity", least: () => "-1000000000", greatest: () => "1000000000" }],
  kpis: [{ table: units, select: `SELECT units FROM ${relations.touched}` }],
})
