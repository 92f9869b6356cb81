import { assert, it } from "@effect/vitest"
import { rowsInSight } from "../src/parts/virtual.tsx"

it("keeps a few dozen rows of a table of any length, and the last one can be reached", () => {
  assert.deepStrictEqual(rowsInSight(0, 660, 1_000_000), [0, 32])
  const [from, to] = rowsInSight(33 * 1_000_000 - 660, 660, 1_000_000)
  assert.strictEqual(to, 1_000_000)
  assert.isBelow(to - from, 60)
  assert.deepStrictEqual(rowsInSight(9000, 660, 3), [2, 3])
})
