import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { constants } from "../src/constants.ts"
import { pythonOf, target } from "../src/generate.ts"
import { modules } from "../src/modules.ts"

describe("the generated Python modules", () => {
  for (const module of modules) {
    it(`${module.name}.py is what the Schemas say: npx nx run python-types:generate`, () => {
      assert.strictEqual(readFileSync(join(target, `${module.name}.py`), "utf8"), pythonOf(module))
    }, 60_000)
  }

  it("constants.py is what the constants are", () => {
    assert.strictEqual(readFileSync(join(target, "constants.py"), "utf8"), constants())
  })

  it("are all that their folder has", () => {
    const names = ["__init__", "constants", ...modules.map((module) => module.name)].map((name) => `${name}.py`)
    const found = readdirSync(target).filter((name) => name.endsWith(".py"))
    assert.deepStrictEqual(found.toSorted(), names.toSorted())
  })
})
