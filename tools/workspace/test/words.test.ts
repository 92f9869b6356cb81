/** A changed sentence of a contract builds documents again, and neither a job's bundle nor runs its tests. */
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"

const root = join(import.meta.dirname, "../../..")
const run = promisify(execFile)

interface Inputs {
  readonly files: ReadonlyArray<string>
  /** What other tasks make for it. */
  readonly depOutputs?: ReadonlyArray<string>
}

/** What the hash of a task is made of, as Nx resolves it. */
const inputsOf = async (target: string): Promise<Inputs> => {
  const { stdout } = await run(
    process.execPath,
    [join(root, "node_modules/nx/dist/bin/nx.js"), "show", "target", "inputs", target, "--json"],
    { cwd: root, env: { ...process.env, NX_DAEMON: "false", NX_TUI: "false" }, maxBuffer: 1 << 26 },
  )
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Inputs
}

/** Where sentences stand, and where they are built to. */
const hasWords = (path: string) => path.startsWith("libs/pos/") || path.endsWith("words.json")

describe("the words of the contracts", () => {
  it.each([
    ["validation-job:build", []],
    ["transformation-job:build-shell", []],
    ["validation-job:test-glue-shell", ["apps/plan/dist/plan.json"]],
    ["transformation-job:test-glue-spark", ["apps/plan/dist/plan.json"]],
    ["infra:test", ["apps/plan/dist/plan.json"]],
  ])(
    "are no input of %s",
    async (target, made) => {
      const { depOutputs = [], files } = await inputsOf(target)
      assert.deepStrictEqual(files.filter(hasWords), [])
      assert.deepStrictEqual(depOutputs, made)
      assert.isAbove(files.length, 20)
    },
    120_000,
  )

  it("are an input of what builds the documents", async () => {
    assert.isNotEmpty((await inputsOf("plan:build")).files.filter(hasWords))
  }, 120_000)
})
