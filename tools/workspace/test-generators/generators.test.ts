/** The commands of docs/adding-a-rule.md and docs/adding-a-kpi.md, in a workspace of their own, until its checks are green. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Copy, copyOfWorkspace } from "./copy.ts"

const page = (name: string) => readFileSync(join(import.meta.dirname, "../../../docs", name), "utf8")

/** The commands of a page's `sh` blocks, without their comments. */
const commands = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/\s+/))

/** The TypeScript of a page that names its file in its first line. */
const files = (text: string): ReadonlyArray<readonly [path: string, content: string]> =>
  [...text.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```/gm)].map(([, path = "", content = ""]) => [path, content])

let copy: Copy
beforeAll(() => {
  copy = copyOfWorkspace()
})
afterAll(() => copy.remove())

describe.each([
  ["adding-a-rule.md", "libs/pos/sales/src/rules", "quantityTooLarge"],
  ["adding-a-kpi.md", "libs/pos/sales/src/kpis", "returnsPerStorePerDay"],
])("docs/%s", (name, folder, constant) => {
  it("makes what type-checks, is formatted and passes the dataset's tests", () => {
    const [generate = []] = commands(page(name))
    assert.deepStrictEqual(generate.slice(0, 3), ["npx", "nx", "g"])
    copy.run("nx", ...generate.slice(2))
    assert.include(copy.read(`${folder}/index.ts`), constant)
    copy.run("nx", "run-many", "-t", "lint", "typecheck", "test", "-p", "sales", "datasets", "--output-style=static")
  })

  it("and so does what the page has an author write", () => {
    const written = files(page(name))
    assert.isNotEmpty(written)
    for (const [path, content] of written) copy.write(path, content)
    copy.run("nx", "run-many", "-t", "lint", "typecheck", "-p", "sales", "--output-style=static")
  })

  it("refuses to write it again", () => {
    const before = copy.changed().map((path) => copy.read(path))
    const [generate = []] = commands(page(name))
    assert.match(copy.refused("nx", ...generate.slice(2)), /taken by|exists already/)
    assert.deepStrictEqual(
      copy.changed().map((path) => copy.read(path)),
      before,
    )
  })

  it("names the command that makes all that follows from it", () =>
    assert.include(page(name), "npx nx run workspace:regenerate"))
})

it("the contract has the version that both need, and its lock waits for the release", () => {
  assert.match(copy.run("nx", "run", "plan:check"), /sales 2\.\d+\.\d+ → 3\.0\.0[^]*quantity_too_large: new, error/)
  assert.notInclude(copy.changed(), "libs/pos/sales/contract.lock.json")
  assert.match(copy.refused("nx", "run", "plan:check", "--released"), /npx nx run plan:release/)
  copy.run("nx", "run", "plan:release")
  copy.run("nx", "run", "plan:check", "--released")
})

it("the plan and its documents follow from both", () => {
  copy.refused("vitest", "run", "--root", "apps/plan", "test/documents.test.ts")
  copy.run("nx", "run", "plan:docs")
  copy.run("vitest", "run", "--root", "apps/plan", "test/documents.test.ts", "-u")
  copy.run("vitest", "run", "--root", "apps/plan", "test/documents.test.ts")
})

describe("wrong input", () => {
  it.each([
    [["@pos/workspace:rule", "too-dear", "--column=price"], /There is no column "price": the row has transaction_id/],
    [["@pos/workspace:rule", "too-dear"], /--column=COLUMN: the row has transaction_id/],
    [["@pos/workspace:rule", "2nd", "--column=quantity"], /"2nd" is no name/],
    [["@pos/workspace:rule", "zero-quantity", "--column=quantity"], /zero_quantity is taken by .*zero-quantity\.ts/],
    [["@pos/workspace:rule", "x-y", "--column=quantity", "--severity=fatal"], /severity/],
    [
      ["@pos/workspace:kpi", "per-discount", "--by=discount_applied"],
      /can't be grouped by discount_applied\. These can/,
    ],
    [["@pos/workspace:kpi", "total-sales-per-product-per-day", "--by=store_id"], /is taken by/],
  ])("%j is refused in a sentence, and nothing is written", (args, sentence) => {
    const before = copy.changed()
    const told = copy.refused("nx", "g", ...args)
    assert.match(told, sentence)
    assert.notMatch(told, /^\s+at /m)
    assert.deepStrictEqual(copy.changed(), before)
  })
})
