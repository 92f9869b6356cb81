/** docs/guarantees.md and docs/what-we-rely-on.md name tests as proof: each of them must be there. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../../..")
const read = (path: string) => readFileSync(join(root, path), "utf8")
const guarantees = read("docs/guarantees.md")
const reliance = read("docs/what-we-rely-on.md")

/** The rows of a page's tables, without their heads. */
const rows = (page: string): ReadonlyArray<ReadonlyArray<string>> =>
  page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (promise|behaviour|---)/.test(line))
    .map((line) => line.replace(/^\| | \|$/g, "").split(" | "))

const paths = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`([a-z][\w./-]*\/[\w./-]+)`/g)].map(([, path = ""]) => path)

describe("docs/guarantees.md", () => {
  it.each(rows(guarantees).map(([promise = "", , proof = ""]) => [promise.slice(0, 60), proof] as const))(
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
    const targets = [...guarantees.matchAll(/nx run ([\w-]+):([\w-]+)/g)]
    assert.isNotEmpty(targets)
    for (const [, project = "", target = ""] of targets) {
      const definitions = ["project.json", "package.json"].map((name) => join(root, "apps", project, name))
      const text = definitions.filter((path) => existsSync(path)).map((path) => readFileSync(path, "utf8"))
      assert.include(text.join("\n"), `"${target}": {`)
    }
  })
})

describe("docs/what-we-rely-on.md", () => {
  /** What checks a deployment: the smoke command has the doctor's checks as its harmless half. */
  const checks = globSync("{apps,libs/platform}/*/src/**/*.ts", { cwd: root }).filter((path) =>
    /deployment|smoke/.test(path),
  )
  const smoke = checks.some((path) => path.includes("smoke")) ? checks.map(read) : []

  it.each(rows(reliance).map((row) => [row[0]?.slice(0, 60) ?? "", row] as const))("%s… is held", (_, row) => {
    assert.lengthOf(row, 3, "a row has a behaviour, a source and what holds it")
    const [, source = "", held = ""] = row
    assert.match(source, /\[[^\]]+\]\(https:\/\/[^)]+\)/, "a source is a link")
    const tests = [...held.matchAll(/`([\w./-]+)` › `([^`]+)`/g)]
    for (const [, path = "", name = ""] of tests) {
      assert.isTrue(existsSync(join(root, path)), `${path} is not there`)
      assert.isTrue(holds(read(path), name), `${path} has no test “${name}”`)
    }
    const steps = [...held.matchAll(/smoke `([^`]+)`/g)].map(([, step = ""]) => step)
    if (tests.length === 0) assert.match(held, /not provable without an account/)
    if (held.includes("not provable without an account")) assert.isNotEmpty(steps)
    if (smoke.length === 0) return
    for (const step of steps) {
      assert.isTrue(
        smoke.some((text) => text.includes(`"${step}"`)),
        `the smoke command has no step “${step}”`,
      )
    }
  })
})

/** Whether a test file defines a test of this name, in Python or in TypeScript. */
const holds = (text: string, name: string): boolean =>
  text.includes(`def ${name}(`) || text.includes(`"${name}"`) || text.includes(`\`${name}\``)

it("are linked from where people begin", () => {
  for (const path of ["README.md", "docs/architecture.md"]) {
    for (const page of ["guarantees.md", "what-we-rely-on.md"]) assert.include(read(path), page, path)
  }
})
