import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { constants } from "../src/constants.ts"
import { pythonOf, target } from "../src/generate.ts"
import { modules } from "../src/modules.ts"
import { split } from "../src/split.ts"

const text = (path: string) => readFileSync(join(target, path), "utf8")

describe("the generated Python modules", () => {
  const generated = new Map(modules.map((module) => [module.name, pythonOf(module)]))

  it.each([...generated])("%s is what the Schemas say: npx nx run python-types:generate", (_, files) => {
    for (const [path, expected] of Object.entries(files)) assert.strictEqual(text(path), expected)
  })

  it("constants.py is what the constants are", () => {
    assert.strictEqual(text("constants.py"), constants())
  })

  it("are all that their folder has, and none is longer than one reads", () => {
    const names = ["__init__.py", "constants.py", ...[...generated.values()].flatMap(Object.keys)]
    const found = readdirSync(target, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".py"))
    assert.deepStrictEqual(found.toSorted(), names.toSorted())
    for (const name of found) assert.isBelow(text(name).split("\n").length, 300, name)
  })
})

describe("a module that is divided", () => {
  const code = [
    "from pos_job_runtime.document import Document",
    "class Common(Document):\n    a: str",
    "Own: TypeAlias = Literal['Common']",
    "class One(Document):\n    common: Common\n    own: Own",
    "class Two(Document):\n    common: Common",
    "class Whole(Document):\n    one: One",
  ].join("\n\n\n")
  const files = split(code, "kinds", [
    { name: "first", types: ["One"] },
    { name: "second", types: ["Two"] },
    { name: "top", types: ["Whole"] },
  ])

  it("has what one part needs in its file, and what several need in one of their own", () => {
    assert.deepStrictEqual(Object.keys(files), ["__init__", "first", "second", "shared", "top"])
    assert.match(
      files["first"] ?? "",
      /^from pos_job_runtime\.generated\.kinds\.shared import Common\n+Own: TypeAlias/m,
    )
    assert.include(files["second"], "class Two(Document)")
    assert.include(files["shared"], "class Common(Document)")
    assert.match(files["top"] ?? "", /^from pos_job_runtime\.generated\.kinds\.first import One\n+class Whole/m)
  })

  it("hands on each type once", () => {
    for (const name of ["Common", "Own", "One", "Two", "Whole"])
      assert.strictEqual(files["__init__"]?.split(`import ${name}\n`).length, 2)
  })
})
