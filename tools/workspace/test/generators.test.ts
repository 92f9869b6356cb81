/** What the generators write, and what they refuse. test-generators/ runs them in a real workspace. */
import { createTreeWithEmptyWorkspace } from "@nx/devkit/testing"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, expect, it } from "vitest"
import { addDefinition } from "../src/generators/add.ts"
import { columnNamed, columnsOf, conditionOn, groupable } from "../src/generators/columns.ts"
import { datasetFolder } from "../src/generators/dataset-folder.ts"
import generateKpi, { kpiText } from "../src/generators/kpi.ts"
import { collect, spell } from "../src/generators/names.ts"
import { ensureGroups, groupColumns, groupRuleText } from "../src/generators/group-rule.ts"
import { ruleText } from "../src/generators/rule.ts"
import { raiseVersion, raisedText } from "../src/generators/version.ts"

const root = join(import.meta.dirname, "../../..")
const workspace = (path: string) => readFileSync(join(root, path), "utf8")
const sales = { model: "Sale", row: "sale" }
const quantity = { name: "quantity", kind: "integer", required: true }

const withSales = () => {
  const tree = createTreeWithEmptyWorkspace()
  for (const path of ["model/index.ts", "rules/index.ts", "rules/zero-quantity.ts"])
    tree.write(`libs/pos/sales/src/${path}`, workspace(`libs/pos/sales/src/${path}`))
  return tree
}

/** What a generated rule asks of a column of that kind. */
const condition = (kind: string, required: boolean) => conditionOn({ name: "x", kind, required }, "row")

describe("a name", () => {
  it("is spelt as a file, a constant, a table and in words", () => {
    assert.deepStrictEqual(spell("QuantityTooLarge"), {
      file: "quantity-too-large",
      constant: "quantityTooLarge",
      snake: "quantity_too_large",
      words: "quantity too large",
    })
  })

  it.each(["", "2nd", "a/b", "../x", "über", "a b!", "x".repeat(65), "delete", "rules"])("is not %j", (name) => {
    assert.throws(() => spell(name), /is no name|is too long|is a word of TypeScript/)
  })
})

describe("a list", () => {
  it("gets a name once, however often it is asked", () => {
    const list = `import { a } from "./a.ts"\n\nexport const all = [a] as const\n`
    const once = collect(list, { constant: "b", file: "b" })
    assert.strictEqual(
      once,
      `import { a } from "./a.ts"\nimport { b } from "./b.ts"\n\nexport const all = [a, b] as const\n`,
    )
    assert.strictEqual(collect(once, { constant: "b", file: "b" }), once)
  })

  it("exports it where it exports the others", () => {
    const list = `import { a } from "./a.ts"\n\nexport { a }\n\nexport const all = [a]\n`
    assert.include(collect(list, { constant: "b", file: "b" }), "export { a, b }\n\nexport const all = [a, b]")
  })

  it("may be empty", () => {
    assert.include(collect("export const all = []\n", { constant: "b", file: "b" }), "all = [b]")
  })
})

describe("a definition", () => {
  const folder = "libs/pos/sales/src/rules"

  it("is written and listed", () => {
    const tree = withSales()
    addDefinition(tree, folder, spell("quantity-too-large"), "// text\n")
    assert.strictEqual(tree.read(`${folder}/quantity-too-large.ts`, "utf8"), "// text\n")
    assert.match(tree.read(`${folder}/index.ts`, "utf8") ?? "", /\n {2}quantityTooLarge,\n\]/)
  })

  it("never goes over one that is there", () => {
    const tree = withSales()
    const before = tree.read(`${folder}/zero-quantity.ts`, "utf8")
    assert.throws(
      () => addDefinition(tree, folder, spell("zero-quantity"), "// lost\n"),
      /zero-quantity\.ts exists already/,
    )
    assert.strictEqual(tree.read(`${folder}/zero-quantity.ts`, "utf8"), before)
  })

  it("about rows that belong together has a list of its own, which the dataset names", () => {
    const tree = withSales()
    tree.write("libs/pos/sales/src/dataset.ts", readFileSync(join(root, "libs/pos/sales/src/dataset.ts"), "utf8"))
    for (const name of ["one", "two"]) {
      ensureGroups(tree, "libs/pos/sales")
      addDefinition(tree, folder, spell(name), "// text\n", "groups.ts")
    }
    assert.include(tree.read(`${folder}/groups.ts`, "utf8"), "ReadonlyArray<GroupRule> = [one, two]")
    const dataset = tree.read("libs/pos/sales/src/dataset.ts", "utf8") ?? ""
    assert.include(dataset, 'import { groupRules } from "./rules/groups.ts"\nimport { rules }')
    assert.include(dataset, "  rules,\n  groupRules,\n})")
    assert.strictEqual(dataset.split("groupRules").length, 3)
  })

  it("needs a dataset, and is told which there are", () => {
    assert.throws(() => datasetFolder(withSales(), "stores"), 'There is no dataset "stores": libs/pos has sales.')
  })
})

describe("columns", () => {
  const columns = columnsOf(root, "libs/pos/sales/src/model/index.ts", "Sale")

  it("are those of the row's Schema", () => {
    assert.deepInclude(columns, quantity)
    assert.deepInclude(columns, { name: "discount_applied", kind: "decimal", required: false })
  })

  it("that are not there are refused by name", () => {
    assert.throws(() => columnNamed(columns, "price"), /^There is no column "price": the row has transaction_id, /)
  })

  it("that rows may lack say of no rows that they belong together", () => {
    assert.deepStrictEqual(groupColumns(columns, "store_id, product_id"), ["store_id", "product_id"])
    assert.throws(
      () => groupColumns(columns, "store_id,discount_applied"),
      /^Rows can't be grouped by discount_applied\. These can be used: transaction_id, store_id, product_id, quantity\.$/,
    )
    assert.throws(() => groupColumns(columns, "shop"), /^There is no column "shop"/)
  })

  it("that may be missing, are fractions or moments, name no group", () => {
    assert.deepStrictEqual(groupable(columns), ["transaction_id", "store_id", "product_id", "quantity"])
    const kinds = ["text", "oneOf", "integer", "decimal", "epochSeconds", "timestamp", "date", "boolean"]
    const required = kinds.map((kind) => ({ name: kind, kind, required: true }))
    assert.deepStrictEqual(groupable(required), ["text", "oneOf", "integer", "date", "boolean"])
  })

  it("are compared as their kind and presence allow", () => {
    assert.strictEqual(condition("integer", true), "Expr.gt(row.x, 1_000_000)")
    assert.strictEqual(condition("decimal", false), "Expr.gt(Expr.coalesce(row.x, 0), 1_000_000)")
    assert.strictEqual(condition("text", false), 'Expr.gt(Expr.length(Expr.coalesce(row.x, "")), 1_000)')
    assert.strictEqual(condition("boolean", true), "Expr.not(row.x)")
  })
})

describe("the text", () => {
  it("of a rule", async () => {
    const text = ruleText({ name: "quantity-too-large", column: quantity, severity: "error" }, sales)
    await expect(text).toMatchFileSnapshot("golden/rule.ts.txt")
  })

  it("of a rule about rows that belong together", async () => {
    const stated = { name: "returned-more-than-sold", column: quantity, groupBy: ["store_id", "product_id"] }
    const text = groupRuleText({ ...stated, severity: "warning" }, sales)
    await expect(text).toMatchFileSnapshot("golden/group-rule.ts.txt")
  })

  it("is refused for reference data", () => {
    const tree = withSales()
    assert.throws(
      () => generateKpi(tree, { name: "x", by: "store_id", dataset: "sales" }),
      /libs\/pos\/sales has no KPIs: reference data/,
    )
  })

  it("of a KPI", async () => {
    await expect(kpiText({ name: "sales-per-store", by: "store_id" }, sales)).toMatchFileSnapshot("golden/kpi.ts.txt")
    expect(kpiText({ name: "sales-per-week", by: "store_id", grain: "week" }, sales)).toContain('\n  grain: "week",\n')
  })
})

describe("the version", () => {
  const root = "libs/pos/sales"
  const withVersions = (released: string | undefined, today: string) => {
    const tree = createTreeWithEmptyWorkspace()
    tree.write(`${root}/src/dataset.ts`, `export const sales = dataset({\n  name: "x",\n  version: "${today}",\n})\n`)
    if (released !== undefined) tree.write(`${root}/contract.lock.json`, JSON.stringify({ version: released }))
    return tree
  }

  it.each([
    ["1.0.0", "1.0.0", "minor", "1.1.0"],
    ["1.0.0", "1.0.0", "major", "2.0.0"],
    ["1.0.0", "1.1.0", "minor", undefined],
    [undefined, "1.0.0", "major", undefined],
  ] as const)("released %s, now %s: a %s change makes it %s", (released, today, release, expected) => {
    const tree = withVersions(released, today)
    assert.strictEqual(raiseVersion(tree, root, release), expected)
    assert.include(tree.read(`${root}/src/dataset.ts`, "utf8"), `  version: "${expected ?? today}",\n`)
  })

  it("is printed when it was raised", () => {
    assert.strictEqual(
      raisedText(root, "1.1.0"),
      "libs/pos/sales/src/dataset.ts: version 1.1.0, since the contract changes. When you are done: npx nx run plan:release\n",
    )
    assert.strictEqual(raisedText(root, undefined), "")
  })
})
