/** What the set-up says and leaves out. Nothing is installed. */
import { assert, describe, it } from "@effect/vitest"
import { execFileSync, spawnSync } from "node:child_process"
import { join } from "node:path"

const folder = join(import.meta.dirname, "../setup")

/** Runs a module beside those of the set-up. */
const run = (script: string) =>
  spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder, encoding: "utf8" })

describe("steps that go on side by side", () => {
  it("have a line each where they begin, and one where they end", () => {
    const { stderr } = run(`
      import { setTimeout } from "node:timers/promises"
      import { step } from "./steps.mjs"
      const slow = step("slow", () => setTimeout(200))
      await step("quick", () => setTimeout(10))
      await step("broken", () => Promise.reject(new Error())).catch(() => {})
      await slow
      await step("alone", () => setTimeout(10))`)
    assert.deepStrictEqual(stderr.replaceAll(/\d+\.\d s/g, "N s").split("\n"), [
      "· slow …",
      "· quick … done (N s)",
      "· broken … failed",
      "· slow: done (N s)",
      "· alone … done (N s)",
      "",
    ])
  })
})

/** The environments that are to be there. */
const made = (options: { readonly asked: ReadonlyArray<string>; readonly starting: boolean }) =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { wanted } from "./python-environments.mjs"
         console.log(JSON.stringify(wanted(${JSON.stringify(options)}).map(({ name }) => name)))`,
      ],
      { cwd: folder, encoding: "utf8" },
    ),
  ) as ReadonlyArray<string>

describe("npm start", () => {
  it("sets up the Python that the platform runs on, and npm run setup all that is not asked for by name", () => {
    const start = ["glue-shell", "glue-python-shell", "glue-spark", "local-aws", "duckdb-extensions"]
    assert.sameMembers([...made({ asked: [], starting: true })], start)
    const all = made({ asked: [], starting: false })
    assert.sameMembers([...all], [...start, "glue-6", "python-types", "cfn-lint"])
    assert.sameMembers([...made({ asked: ["bench-peers"], starting: false })], [...all, "bench-peers"])
  })
})
