/** The transformation's input for a table of stores, which are reference data: what the golden files are compiled from. */
import type { Delivers } from "@pos/contract"
import type { TransformInput } from "../../src/transform/index.ts"

const column = (name: string, type: string, nullable = false) => ({ name, type, nullable })

export const stores = (delivers: Delivers): TransformInput => ({
  validated: ["store_id", "name", "opened", "closed"].map((name) => ({ name })),
  curated: {
    name: "stores",
    path: "curated/stores",
    columns: [
      column("store_id", "bigint"),
      column("name", "string"),
      column("opened", "date"),
      column("closed", "date", true),
      column("source_order", "bigint"),
    ],
    partitionBy: [],
    key: ["store_id"],
    keyScope: [],
  },
  acrossFiles: "latestWins",
  delivers,
  bounds: [{ column: "store_id", least: () => "1", greatest: () => "999999" }],
  kpis: [],
})
