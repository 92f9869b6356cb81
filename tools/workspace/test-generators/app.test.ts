/** What docs/adding-an-app.md has an author do, in a workspace of their own: the command, the checks, and each cell. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Copy, copyOfWorkspace } from "./copy.ts"

const page = readFileSync(join(import.meta.dirname, "../../../docs/adding-an-app.md"), "utf8")
const blocks = (language: string): ReadonlyArray<string> =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block)

const [command = ""] = blocks("sh")
const generate = command.trim().split(" ").slice(2)

let copy: Copy
beforeAll(() => {
  copy = copyOfWorkspace()
})
afterAll(() => copy.remove())

/** Generates without the installation: the copy's node_modules are this workspace's own. */
const make = (args: ReadonlyArray<string>): void => {
  copy.run("nx", ...args, "--skipInstall")
  copy.run("nx", "sync")
}

const APP = "apps/morning-figures"

describe("docs/adding-an-app.md", () => {
  it("makes an app that type-checks, is formatted, passes its test and imports only what it may", () => {
    assert.match(command, /^npx nx g @pos\/workspace:app morning-figures /)
    make(generate)
    const files = [
      "package.json",
      "tsconfig.json",
      "vitest.config.ts",
      "src/figures.ts",
      "src/main.ts",
      "test/figures.test.ts",
    ]
    assert.sameMembers([...copy.changed()], ["tsconfig.json", ...files.map((path) => `${APP}/${path}`)])
    copy.run("nx", "run-many", "-t", "lint", "typecheck", "test", "-p", "morning-figures", "--output-style=static")
    copy.run("nx", "run", "workspace:boundaries")
    copy.run("nx", "run", "workspace:unused")
  })

  it("has a test that fails when the figures are wrong, and types that refuse what the KPI lacks", () => {
    const figures = copy.read(`${APP}/src/figures.ts`)
    copy.write(`${APP}/src/figures.ts`, figures.replace('"descending"', '"ascending"'))
    assert.match(copy.refused("nx", "run", "morning-figures:test"), /adds total_sales up, the newest first/)
    copy.write(`${APP}/src/figures.ts`, figures.replace("row.total_sales", "row.takings"))
    assert.match(copy.refused("nx", "run", "morning-figures:typecheck"), /'takings' does not exist/)
    copy.write(`${APP}/src/figures.ts`, figures)
  })

  it("prints what the page shows, cell by cell", () => {
    copy.write(`${APP}/notebook.ts`, blocks("ts").join("\n"))
    const printed = copy.run("node", "--conditions=@pos/source", `${APP}/notebook.ts`)
    assert.strictEqual(printed, blocks("text").join(""))
  })

  it("tells where nothing runs, and what to do", () =>
    assert.match(
      copy.refused("nx", "run", "morning-figures:start"),
      /No local AWS runs for .*\.pos\.\nStart it, and load something: pos start/,
    ))

  it.each([
    [generate, /There is a "morning-figures" already, apps\/morning-figures/],
    [["g", "@pos/workspace:app", "sales", "--kpi=store_sales_per_day"], /There is a "sales" already, libs\/pos\/sales/],
    [["g", "@pos/workspace:app", "2nd", "--kpi=store_sales_per_day"], /"2nd" is no name/],
    [["g", "@pos/workspace:app", "x-y", "--kpi=takings"], /There is no KPI "takings" in libs\/pos\/sales: it has /],
    [["g", "@pos/workspace:app", "x-y", "--kpi=stores", "--dataset=stores"], /There is no KPI "stores".*it has none/],
    [["g", "@pos/workspace:app", "x-y", "--kpi=a", "--dataset=nothing"], /There is no dataset "nothing"/],
    [["g", "@pos/workspace:app", "x-y"], /kpi/],
  ])("%j is refused in a sentence, and nothing is written", (args, sentence) => {
    const before = copy.changed()
    const told = copy.refused("nx", ...args)
    assert.match(told, sentence)
    assert.notMatch(told, /^\s+at /m)
    assert.deepStrictEqual(copy.changed(), before)
  })

  it("makes one of each KPI that there is", () => {
    for (const [dataset, kpi] of [
      ["sales", "total_sales_per_product_per_day"],
      ["declared-totals", "declared_sales_per_day"],
    ] as const) {
      const name = `one-of-${dataset}`
      make(["g", "@pos/workspace:app", name, `--kpi=${kpi}`, `--dataset=${dataset}`])
      copy.run("nx", "run-many", "-t", "lint", "typecheck", "test", "-p", name, "--output-style=static")
    }
  })
})
