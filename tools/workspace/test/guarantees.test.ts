/** docs/guarantees.md names tests as proof: each of them must be there. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../../..")
const page = readFileSync(join(root, "docs/guarantees.md"), "utf8")

/** The rows of the page's tables: promise, faults, proof. */
const promises = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (promise|---)/.test(line))
  .map((line) => line.split(" | "))

const paths = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`([a-z][\w./-]*\/[\w./-]+)`/g)].map(([, path = ""]) => path)

describe("docs/guarantees.md", () => {
  it.each(promises.map(([promise = "", , proof = ""]) => [promise.slice(2, 60), proof] as const))(
    "%s… has a proof",
    (_, proof) => {
      assert.isNotEmpty(paths(proof))
      assert.deepStrictEqual(
        paths(proof).filter((path) => !existsSync(join(root, path))),
        [],
      )
      assert.isTrue(paths(proof).every((path) => /test|fuzz/.test(path)))
    },
  )

  it("names targets that exist", () => {
    const targets = [...page.matchAll(/nx run ([\w-]+):([\w-]+)/g)]
    assert.isNotEmpty(targets)
    for (const [, project = "", target = ""] of targets) {
      const definitions = ["project.json", "package.json"].map((name) => join(root, "apps", project, name))
      const text = definitions.filter((path) => existsSync(path)).map((path) => readFileSync(path, "utf8"))
      assert.include(text.join("\n"), `"${target}": {`)
    }
  })

  it("is linked from where people begin", () => {
    for (const path of ["README.md", "docs/architecture.md"]) {
      assert.include(readFileSync(join(root, path), "utf8"), "guarantees.md", path)
    }
  })
})
