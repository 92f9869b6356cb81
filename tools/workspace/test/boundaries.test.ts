/** Each rule of the boundary check finds what breaks it, in files on disk as the check reads them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { circles } from "../src/boundaries/circles.ts"
import { sourceFiles } from "../src/boundaries/files.ts"
import { purityBreaches } from "../src/boundaries/purity.ts"
import { crumbs, longFiles, testsInSources, upwards, wrongDirections } from "../src/boundaries/rules.ts"

const folders: Array<string> = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A workspace that holds these files alone. */
const workspaceOf = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), "pos-boundaries-"))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return sourceFiles(folder)
}

const packageOf = (name: string, entries: Readonly<Record<string, string>> = { ".": "./src/index.ts" }) =>
  JSON.stringify({
    name: `@pos/${name}`,
    exports: Object.fromEntries(Object.entries(entries).map(([key, path]) => [key, { "@pos/source": path }])),
  })

describe("circles", () => {
  it("are found in TypeScript, types included, and named file by file", () => {
    const files = workspaceOf({
      "libs/pos/a/src/one.ts": 'import type { Two } from "./two.ts"\nexport type One = Two\n',
      "libs/pos/a/src/two.ts": 'export { three } from "./three.ts"\nexport type Two = 1\n',
      "libs/pos/a/src/three.ts": 'export const three = () => import("./one.ts")\n',
      "libs/pos/a/src/apart.ts": 'import "./one.ts"\n',
    })
    const [a, b, c] = ["one", "two", "three"].map((name) => `libs/pos/a/src/${name}.ts`)
    assert.deepStrictEqual(circles(files), [`circle of 3 files: ${[a, b, c, a].join(" → ")}`])
  })

  it("are found in Python, inside functions and for types alone, too", () => {
    const files = workspaceOf({
      "apps/job/src/pos_job/__init__.py": "",
      "apps/job/src/pos_job/one.py": "def late():\n    from pos_job import two\n",
      "apps/job/src/pos_job/two.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .one import late\n",
    })
    assert.lengthOf(circles(files), 1)
    assert.match(circles(files)[0] ?? "", /^circle of 2 files: .*one\.py → .*two\.py → .*one\.py$/)
  })

  it("are none where two files use a third, nor in an example in a docstring", () => {
    const files = workspaceOf({
      "apps/job/src/pos_job/one.py": '"""\nfrom pos_job.two import late\n"""\n',
      "apps/job/src/pos_job/two.py": "from pos_job.one import a\n",
      "apps/job/src/pos_job/three.py": "from pos_job import one, two\n",
    })
    assert.deepStrictEqual(circles(files), [])
  })
})

describe("directions", () => {
  const contract = {
    "libs/platform/contract/package.json": packageOf("contract"),
    "libs/platform/contract/src/index.ts": "export {}\n",
  }
  const sales = {
    "libs/pos/sales/package.json": packageOf("sales", { "./rules": "./src/rules/index.ts" }),
    "libs/pos/sales/src/rules/index.ts": 'import "@pos/contract"\n',
  }

  it("let a dataset use the contract, the registry use a dataset, and an app use a library", () => {
    const files = workspaceOf({
      ...contract,
      ...sales,
      "libs/pos/datasets/src/index.ts": 'import "@pos/sales/rules"\n',
      "apps/cli/src/main.ts": 'import "@pos/sales/rules"\n',
    })
    assert.lengthOf(
      files.flatMap((file) => file.imports),
      3,
    )
    assert.deepStrictEqual(wrongDirections(files), [])
  })

  it.each([
    ["a library", "libs/platform/sql/src/a.ts", 'import "../../../../apps/cli/src/main.ts"\n'],
    ["a bench", "tools/workspace/bench/a.ts", 'import "../../../apps/cli/src/main.ts"\n'],
    ["a test of another app", "apps/infra/test/a.test.ts", 'import "../../cli/src/main.ts"\n'],
  ])("refuse %s that imports an app", (_, path, text) => {
    const breaches = wrongDirections(workspaceOf({ "apps/cli/src/main.ts": "export {}\n", [path]: text }))
    assert.deepStrictEqual(breaches, [`${path}:1 imports apps/cli/src/main.ts: nothing may import an app`])
  })

  it("refuse Python of a bench that imports a job", () => {
    const files = workspaceOf({
      "apps/job/src/pos_job/engine.py": "",
      "tools/workspace/bench/side.py": "import json\n\nfrom pos_job.engine import run\n",
    })
    assert.match(wrongDirections(files)[0] ?? "", /^tools\/workspace\/bench\/side\.py:3 .*nothing may import an app$/)
  })

  it("refuse a dataset that knows another one, and the contract that knows a dataset", () => {
    const files = workspaceOf({
      ...contract,
      ...sales,
      "libs/pos/stores/src/index.ts": 'import "@pos/sales/rules"\n',
      "libs/platform/contract/src/bad.ts": 'import "@pos/sales/rules"\n',
    })
    assert.deepStrictEqual(
      wrongDirections(files).map((breach) => breach.split(": ")[1]),
      ["libs/platform/contract may not import libs/pos/sales", "libs/pos/stores may not import libs/pos/sales"],
    )
  })

  it("let the figures of a dataset look up another one", () => {
    const files = workspaceOf({
      ...contract,
      ...sales,
      "libs/pos/stores/src/index.ts": "export {}\n",
      "libs/pos/stores/package.json": packageOf("stores"),
      "libs/pos/sales/src/kpis/region.ts": 'import "@pos/stores"\n',
    })
    assert.lengthOf(
      files.flatMap((file) => file.imports),
      2,
    )
    assert.deepStrictEqual(wrongDirections(files), [])
  })

  it("refuse another project's tests, and tests in sources", () => {
    const files = workspaceOf({
      "libs/platform/pipeline/test/support.ts": "export {}\n",
      "libs/platform/aws/src/a.ts": 'import "../../pipeline/test/support.ts"\n',
      "libs/platform/pipeline/src/b.ts": 'import "../test/support.ts"\n',
    })
    assert.match(wrongDirections(files).join(), /support\.ts, which is no source of libs\/platform\/pipeline$/)
    assert.match(testsInSources(files).join(), /^libs\/platform\/pipeline\/src\/b\.ts:1 .*outside src$/)
  })
})

describe("layers", () => {
  const job = "apps/validation-job/src/pos_validation"

  it("let evaluation use readers, and the job use all", () => {
    const files = workspaceOf({
      [`${job}/__init__.py`]: "",
      [`${job}/formats/reader.py`]: "import pos_validation\n",
      [`${job}/evaluation/proof.py`]: "from pos_validation.formats.reader import Frame\n",
      [`${job}/job.py`]: "from pos_validation.evaluation import proof\n",
    })
    assert.deepStrictEqual(upwards(files), [])
  })

  it("refuse a reader that knows evaluation, for a type alone, too", () => {
    const files = workspaceOf({
      [`${job}/evaluation/proof.py`]: "",
      [`${job}/formats/csv.py`]:
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pos_validation.evaluation.proof import Proof\n",
    })
    assert.deepStrictEqual(upwards(files), [
      `${job}/formats/csv.py:3 imports ${job}/evaluation/proof.py, which lies above it`,
    ])
  })
})

describe("files", () => {
  it("are at most 300 lines long", () => {
    const files = workspaceOf({ "apps/cli/src/a.ts": "\n".repeat(299) + "x\n", "apps/cli/src/b.py": "x\n".repeat(301) })
    assert.deepStrictEqual(longFiles(files), ["apps/cli/src/b.py has 301 lines, 300 are the most: divide it"])
  })

  it("don't lie alone in a folder", () => {
    const alone = { "apps/cli/src/alone/one.ts": "export {}\n" }
    const [breach] = crumbs(workspaceOf(alone))
    assert.strictEqual(breach, "apps/cli/src/alone holds nothing but one.ts: put the file into the folder above")
    assert.deepStrictEqual(crumbs(workspaceOf({ ...alone, "apps/cli/src/alone/two.ts": "export {}\n" })), [])
  })
})

const file = (text: string) => [{ path: "src/a.ts", text, imports: [] }]

describe("purity", () => {
  it("points at the line that reads the clock", () => {
    const [breach] = purityBreaches("sales", file("const x = 1\nconst now = Date.now()\n"))
    assert.strictEqual(breach, "src/a.ts:2 uses the clock, but sales is pure")
  })

  it("leaves comments alone", () => {
    assert.deepStrictEqual(purityBreaches("sales", file(" * never Date.now() here\n")), [])
  })
})
