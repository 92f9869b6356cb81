/** What the generator of datasets writes, and what it refuses. */
import { createTreeWithEmptyWorkspace } from "@nx/devkit/testing"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "vitest"
import dataset from "../src/generators/dataset.ts"

const workspace = (path: string) => readFileSync(join(import.meta.dirname, "../../..", path), "utf8")

const withRegistry = () => {
  const tree = createTreeWithEmptyWorkspace()
  for (const path of [
    "libs/platform/contract/package.json",
    "libs/pos/datasets/src/list.ts",
    "libs/pos/sales/package.json",
  ])
    tree.write(path, workspace(path))
  return tree
}

it("makes a dataset and registers it", async () => {
  const tree = withRegistry()
  const ownFiles = new Set(tree.listChanges().map(({ path }) => path))
  await dataset(tree, { name: "till-openings" })
  const read = (path: string) => tree.read(path, "utf8") ?? ""
  assert.match(read("libs/pos/till-openings/src/model/till-opening.ts"), /export const TillOpening = Schema\.Struct/)
  assert.match(read("libs/pos/till-openings/src/dataset.ts"), /table: "till_openings"/)
  const before = workspace("libs/pos/datasets/src/list.ts")
  const lines = read("libs/pos/datasets/src/list.ts").split("\n")
  assert.deepStrictEqual(
    lines.filter((line) => !before.includes(line)),
    ['export * as tillOpenings from "@pos/till-openings"'],
  )
  const changed = tree.listChanges().map(({ path }) => path)
  assert.deepStrictEqual(
    changed.filter((path) => !path.startsWith("libs/pos/till-openings/") && !ownFiles.has(path)),
    [],
    "one folder and one line",
  )
})

it.each(["wholeList", "changes"] as const)("makes reference data that come as %s, without KPIs", async (delivers) => {
  const tree = withRegistry()
  await dataset(tree, { name: "tills", delivers })
  const read = (path: string) => tree.read(`libs/pos/tills/${path}`, "utf8") ?? ""
  assert.include(read("src/dataset.ts"), `kind: "reference",\n  delivers: "${delivers}"`)
  assert.notMatch(read("src/dataset.ts"), /businessDate|acrossFiles/)
  assert.match(read("src/kpis.ts"), /kpis: ReadonlyArray<Kpi> = \[\]/)
  assert.match(read("package.json"), /"@pos\/source": "\.\/src\/kpis\.ts"/)
})

it("makes none that come in another way", () => {
  const tree = withRegistry()
  const before = tree.listChanges().length
  assert.throws(() => dataset(tree, { name: "tills", delivers: "parts" as never }), /wholeList or changes, not "parts"/)
  assert.strictEqual(tree.listChanges().length, before)
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
