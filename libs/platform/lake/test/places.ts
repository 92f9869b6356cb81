/** Reference data of the fixtures: the region of each store. */
import { dataset, Integer, Text } from "@pos/contract"
import { Schema } from "effect"

export const policies = {
  fileTolerance: 0,
  unexpectedColumn: "warning",
  largestFile: { plain: 1, gzip: 1, decompressed: 1, rows: 1, columns: 1 },
} as const

export const places = dataset({
  kind: "reference",
  name: "places",
  version: "1.0.0",
  description: "",
  table: "places",
  row: Schema.Struct({ store: Integer, region: Text }),
  key: ["store"],
  delivers: "wholeList",
  policies,
  rules: [],
})
