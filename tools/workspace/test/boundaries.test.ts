import { assert, describe, it } from "vitest"
import { purityBreaches, pythonImports } from "../src/boundaries/purity.ts"
import { cycles, importBreaches, type ProjectNode } from "../src/boundaries/rules.ts"

const project = (name: string, root: string, ...uses: ReadonlyArray<string>): ProjectNode => ({
  name,
  root,
  tags: [],
  uses: uses.map((use) => ({ name: use, kind: "import" })),
})

const contract = project("contract", "libs/platform/contract")
const model = project("model", "libs/pos/model", "contract")
const trigger = project("trigger", "apps/trigger")

describe("imports", () => {
  it("lets a domain library import the contract, and an app import a library", () => {
    assert.deepStrictEqual(importBreaches([contract, model, project("cli", "apps/cli", "model")]), [])
  })

  it("refuses a library that imports an app", () => {
    const [breach] = importBreaches([trigger, project("kpis", "libs/pos/kpis", "trigger")])
    assert.match(breach?.sentence ?? "", /kpis may not import trigger/)
  })

  it("refuses an app that imports another app, but lets it use the artefact", () => {
    const infra = project("infra", "apps/infra", "trigger")
    assert.lengthOf(importBreaches([trigger, infra]), 1)
    const byArtefact: ProjectNode = { ...infra, uses: [{ name: "trigger", kind: "artefact" }] }
    assert.deepStrictEqual(importBreaches([trigger, byArtefact]), [])
  })

  it("refuses a domain library that imports the compiler", () => {
    const sql = project("sql", "libs/platform/sql", "contract")
    assert.lengthOf(importBreaches([contract, sql, project("rules", "libs/pos/rules", "sql")]), 1)
  })
})

describe("circles", () => {
  it("names the whole circle", () => {
    const [breach] = cycles([project("a", "libs/pos/a", "b"), project("b", "libs/pos/b", "a")])
    assert.strictEqual(breach?.sentence, "circle: a → b → a")
  })
})

describe("purity", () => {
  it("points at the line that reads the clock", () => {
    const [breach] = purityBreaches("model", new Map([["src/a.ts", "const x = 1\nconst now = Date.now()\n"]]))
    assert.strictEqual(breach?.sentence, "src/a.ts:2 uses the clock, but model is pure")
  })

  it("leaves comments alone", () => {
    assert.deepStrictEqual(purityBreaches("model", new Map([["src/a.ts", " * never Date.now() here\n"]])), [])
  })
})

it("sees what a Python file imports from the workspace", () => {
  assert.deepStrictEqual(pythonImports("import sys\nfrom pos_job_runtime.plan import Plan\nimport pos_validation\n"), [
    "pos_job_runtime",
    "pos_validation",
  ])
})
