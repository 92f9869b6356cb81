import { dataset, everywhere } from "@pos/contract"
import { Sale } from "./model/index.ts"
import { rules } from "./rules/index.ts"

/** The contract between the stores that send sales and everybody who uses them. */
export const sales = dataset({
  name: "pos-sales",
  version: "2.0.0",
  description: "Sales of all stores, one row per transaction: a product sold, or returned, at a moment in a store.",
  kind: "facts",
  row: Sale,
  table: "sales",
  key: ["transaction_id"],
  unique: everywhere(400),
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
  // A store and a product with ids that nobody gives out, on a day before the first sale of anybody.
  canary: { date: "2000-02-29", where: { store_id: 999_999_999_999, product_id: 999_999_999_999 } },
  rules,
})
