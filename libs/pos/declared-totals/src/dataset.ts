import { dataset } from "@pos/contract"
import { DeclaredTotal } from "./model/index.ts"
import { rules } from "./rules/index.ts"

/** The contract between the stores that declare their day's totals and everybody who uses them. */
export const declaredTotals = dataset({
  name: "pos-declared-totals",
  version: "1.0.0",
  description: "What each store declares that it sold on a day, one row a store and day.",
  kind: "facts",
  row: DeclaredTotal,
  table: "declared_totals",
  key: ["store_id", "business_date"],
  businessDate: { column: "business_date" },
  policies: {
    fileTolerance: 0,
    unexpectedColumn: "warning",
    // A store that declared a wrong total declares it again.
    acrossFiles: "latestWins",
    largestFile: {
      plain: 1_000_000_000,
      gzip: 200_000_000,
      decompressed: 2_000_000_000,
      rows: 20_000_000,
      columns: 1_000,
    },
  },
  rules,
})
