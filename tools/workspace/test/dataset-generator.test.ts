/** What the generator of datasets writes, and what it refuses. */
import { createTreeWithEmptyWorkspace } from "@nx/devkit/testing"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "vitest"
import dataset from "../src/generators/dataset.ts"

const workspace = (path: string) => readFileSync(join(import.meta.dirname, "../../..", path), "utf8")

const withRegistry = () => {
  const tree = createTreeWithEmptyWorkspace()
  const registry = ["src/index.ts", "package.json", "tsconfig.json"].map((name) => `libs/pos/datasets/${name}`)
  for (const path of [...registry, "libs/pos/sales/package.json", "tsconfig.json"]) tree.write(path, workspace(path))
  return tree
}

it("makes a dataset and registers it", async () => {
  const tree = withRegistry()
  await dataset(tree, { name: "till-openings" })
  const read = (path: string) => tree.read(path, "utf8") ?? ""
  assert.match(read("libs/pos/till-openings/src/model/till-opening.ts"), /export const TillOpening = Schema\.Struct/)
  assert.match(read("libs/pos/till-openings/src/dataset.ts"), /table: "till_openings"/)
  const registry = read("libs/pos/datasets/src/index.ts")
  assert.match(registry, /import \{ kpis as tillOpeningsKpis, tillOpenings \} from "@pos\/till-openings"/)
  assert.match(registry, /\{ dataset: tillOpenings, kpis: tillOpeningsKpis \},?\s*\]\)/)
  assert.match(registry, /registry\(\[\s*\{ dataset: sales/, "sales stays the default")
  assert.strictEqual(JSON.parse(read("libs/pos/datasets/package.json")).dependencies["@pos/till-openings"], "0.0.0")
  assert.match(read("tsconfig.json"), /"path": "\.\/libs\/pos\/till-openings"/)
})

it.each([
  ["sales", 'There is a "sales" already; nothing was changed.'],
  ["2024 totals", "is no name"],
  ["", "is no name"],
])("makes none called %j", (name, words) => {
  const tree = withRegistry()
  const before = tree.listChanges().length
  assert.throws(() => dataset(tree, { name }), words)
  assert.strictEqual(tree.listChanges().length, before)
})
