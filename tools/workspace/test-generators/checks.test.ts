/** Each check of the workspace finds what it is there for, in a workspace of its own, by the command that CI runs. */
import { afterEach, assert, beforeAll, afterAll, describe, it } from "vitest"
import { type Copy, copyOfWorkspace } from "./copy.ts"

let copy: Copy
beforeAll(() => {
  copy = copyOfWorkspace()
})
afterAll(() => copy.remove())
afterEach(() => copy.restore())

const append = (path: string, text: string) => copy.write(path, `${copy.read(path)}${text}`)

describe("workspace:unused", () => {
  it("finds an export that nobody uses, and a file", () => {
    append("libs/platform/contract/src/bounds.ts", "export const nobodyUses = 1\n")
    copy.write("libs/platform/sql/src/forgotten.ts", "export const forgotten = 1\n")
    const told = copy.refused("nx", "run", "workspace:unused")
    assert.match(told, /nobodyUses +libs\/platform\/contract\/src\/bounds\.ts/)
    assert.match(told, /Unused files[^]*libs\/platform\/sql\/src\/forgotten\.ts/)
  })
})

describe("workspace:boundaries", () => {
  it("finds a circle, an app that is imported, and a file that is too long", () => {
    append("libs/platform/contract/src/expression/node.ts", 'export type { Expr } from "./expr.ts"\n')
    append("tools/workspace/bench/rows.py", "from pos_validation.job import main\n")
    copy.write("apps/trigger/src/long.ts", "// line\n".repeat(301))
    const told = copy.refused("nx", "run", "workspace:boundaries")
    assert.match(told, /circle of 2 files: .*expr\.ts → .*node\.ts → .*expr\.ts/)
    assert.match(
      told,
      /rows\.py:\d+ imports apps\/validation-job\/src\/pos_validation\/job\.py: nothing may import an app/,
    )
    assert.match(told, /apps\/trigger\/src\/long\.ts has 301 lines/)
  })
})

describe("workspace:references", () => {
  it("finds an import that TypeScript's references do not know", () => {
    append("apps/trigger/src/settings.ts", 'import "@pos/contract"\n')
    assert.match(copy.refused("nx", "run", "workspace:references"), /out of sync/)
  })
})

describe("lint", () => {
  it("has one configuration for all Python: a rule and a Python version hold where the file lies", () => {
    append("libs/platform/job-runtime/src/pos_job_runtime/region.py", "\n\nmatch region:\n    case _:\n        pass\n")
    append("libs/platform/sql/test-engines/spark_values.py", "import os\n")
    assert.match(copy.refused("nx", "run", "job-runtime:lint"), /Cannot use `match` statement on Python 3\.9/)
    assert.match(copy.refused("nx", "run", "sql:lint"), /F401|E402/)
  })
})

describe("the cache", () => {
  it("does not keep a wrong document green", () => {
    copy.run("nx", "run", "plan:test")
    assert.match(copy.run("nx", "run", "plan:test"), /local cache|read the output from the cache/)
    append("docs/reason-codes.md", "A line that nobody generated.\n")
    assert.match(copy.refused("nx", "run", "plan:test"), /reason-codes\.md/)
  })

  it("is not asked by a change that cannot reach a project", () => {
    const args = ["show", "projects", "--affected", "--files=libs/platform/aws/src/index.ts", "--json"]
    const affected = JSON.parse(copy.run("nx", ...args)) as ReadonlyArray<string>
    assert.includeMembers([...affected], ["aws", "trigger", "cli", "infra"])
    for (const name of ["contract", "sql", "sales", "datasets", "plan"]) assert.notInclude(affected, name)
  })
})
