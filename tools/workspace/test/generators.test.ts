import { readFileSync } from "node:fs"
import { createTreeWithEmptyWorkspace } from "@nx/devkit/testing"
import { assert, expect, it } from "vitest"
import kpi from "../src/generators/kpi.ts"
import { collect, spell } from "../src/generators/names.ts"
import rule from "../src/generators/rule.ts"

const workspace = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")

const withSales = () => {
  const tree = createTreeWithEmptyWorkspace()
  tree.write("libs/pos/sales/src/model/index.ts", workspace("libs/pos/sales/src/model/index.ts"))
  return tree
}

it("spells a name as a file, a constant and a table", () => {
  assert.deepStrictEqual(spell("QuantityTooLarge"), {
    file: "quantity-too-large",
    constant: "quantityTooLarge",
    snake: "quantity_too_large",
  })
})

it("adds a name to a list once, however often it is asked", () => {
  const list = `import { a } from "./a.ts"\n\nexport const all = [a] as const\n`
  const once = collect(list, { constant: "b", file: "b" })
  assert.strictEqual(
    once,
    `import { a } from "./a.ts"\nimport { b } from "./b.ts"\n\nexport const all = [a, b] as const\n`,
  )
  assert.strictEqual(collect(once, { constant: "b", file: "b" }), once)
})

it("writes a rule and lists it", async () => {
  const tree = withSales()
  tree.write("libs/pos/sales/src/rules/index.ts", workspace("libs/pos/sales/src/rules/index.ts"))
  rule(tree, { name: "quantity-too-large", severity: "error" })
  await expect(tree.read("libs/pos/sales/src/rules/quantity-too-large.ts", "utf8")).toMatchFileSnapshot(
    "golden/rule.ts.txt",
  )
  assert.match(tree.read("libs/pos/sales/src/rules/index.ts", "utf8") ?? "", /\n {2}quantityTooLarge,\n\]/)
})

it("writes a KPI and lists it", async () => {
  const tree = withSales()
  tree.write("libs/pos/sales/src/kpis/index.ts", workspace("libs/pos/sales/src/kpis/index.ts"))
  kpi(tree, { name: "sales-per-store" })
  await expect(tree.read("libs/pos/sales/src/kpis/sales-per-store.ts", "utf8")).toMatchFileSnapshot("golden/kpi.ts.txt")
  assert.match(tree.read("libs/pos/sales/src/kpis/index.ts", "utf8") ?? "", /, salesPerStore\] as const/)
})

it("writes into the dataset that is named, and says which there are when there is no such", () => {
  const tree = withSales()
  tree.write("libs/pos/declared-totals/src/model/index.ts", 'export { DeclaredTotal } from "./declared-total.ts"\n')
  rule(tree, { name: "too-many-lines", column: "lines", dataset: "declared_totals" })
  const written = tree.read("libs/pos/declared-totals/src/rules/too-many-lines.ts", "utf8") ?? ""
  assert.match(written, /rule\(DeclaredTotal, \{/)
  assert.match(written, /\(declaredTotal\) => Expr\.gt\(declaredTotal\.lines/)
  assert.throws(
    () => kpi(tree, { name: "x", dataset: "stores" }),
    'There is no dataset "stores": libs/pos has declared-totals, sales.',
  )
})
