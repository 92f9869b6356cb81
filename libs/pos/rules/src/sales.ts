import { dataset } from "@pos/contract"
import { Sale } from "@pos/model"
import { rules } from "./rules.ts"

/** The contract between the stores that send sales and everybody who uses them. */
export const sales = dataset({
  name: "pos-sales",
  version: "1.0.0",
  description: "Sales of all stores, one row per line of a till receipt.",
  row: Sale,
  table: "sales",
  key: ["transaction_id"],
  eventTime: { column: "timestamp", storedAs: "event_time" },
  policies: {
    fileTolerance: 0,
    unexpectedColumn: "warning",
    acrossFiles: "keepFirst",
    largestFile: {
      plain: 8_000_000_000,
      gzip: 1_000_000_000,
      decompressed: 20_000_000_000,
      rows: 200_000_000,
      columns: 10_000,
    },
  },
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  rules,
})
