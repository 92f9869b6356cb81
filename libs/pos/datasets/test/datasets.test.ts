import { assert, it } from "@effect/vitest"
import { datasets } from "../src/index.ts"

it("begins with sales, the default", () => {
  assert.strictEqual(datasets[0].dataset.table, "sales")
})
