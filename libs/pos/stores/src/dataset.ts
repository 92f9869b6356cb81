import { dataset } from "@pos/contract"
import { Store } from "./model/index.ts"
import { rules } from "./rules/index.ts"

/** The contract between whoever keeps the list of stores and everybody who uses it. */
export const stores = dataset({
  name: "pos-stores",
  version: "2.0.0",
  description: "All stores, one row each. Each file is the whole list.",
  kind: "reference",
  delivers: "wholeList",
  row: Store,
  table: "stores",
  key: ["store_id"],
  policies: {
    // A row that is left out would be a store that is gone.
    fileTolerance: 0,
    unexpectedColumn: "warning",
    largestFile: {
      plain: 100_000_000,
      gzip: 20_000_000,
      decompressed: 200_000_000,
      rows: 1_000_000,
      columns: 1_000,
    },
  },
  rules,
})
