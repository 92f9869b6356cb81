/** The benchmarks, run small: what they measure must still run. Their figures mean nothing here. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it, onTestFinished } from "vitest"

const workspace = resolve(import.meta.dirname, "../../..")

type Told = Record<string, Record<string, Record<string, unknown>>>

const python = join(workspace, ".venv/glue-spark/bin/python")

const outputOf = async (folder: string, script: string, ...words: ReadonlyArray<string>): Promise<string> => {
  const home = mkdtempSync(join(tmpdir(), "pos-bench-"))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const sources = ["libs/platform/job-runtime/src", "apps/transformation-job/src", "tools/workspace/bench"]
  const env = { ...process.env, PYTHONPATH: sources.map((source) => join(workspace, source)).join(":") }
  const given = [join(workspace, folder, script), "--json", "--home", home, ...words]
  return (await promisify(execFile)(python, given, { env })).stdout
}

const run = async (script: string, ...words: ReadonlyArray<string>): Promise<Told> =>
  JSON.parse(await outputOf("tools/workspace/bench", script, ...words)) as Told

const ofTransformation = (script: string, ...words: ReadonlyArray<string>) =>
  outputOf("apps/transformation-job/bench", script, ...words)

const shapes = (...words: ReadonlyArray<string>) =>
  run("shapes.py", "--against", workspace, "--pairs=1", "--rows=20", ...words)

describe("the benchmarks run", () => {
  it(
    "both jobs beside the tuned script, whose tables are compared, and verdicts on every shape",
    { timeout: 240_000 },
    async () => {
      const { loads, verdicts } = await run("bench.py", "--files=2", "--rows=100", "--repeat=1", "--peers")
      assert.deepStrictEqual(Object.keys(loads!), ["a date a file, 2 files", "late rows, 2 files"])
      for (const figures of Object.values(loads!))
        assert.deepStrictEqual(Object.keys(figures), [
          "validation job",
          "transformation job",
          "both jobs",
          "tuned script",
        ])
      assert.deepStrictEqual(Object.keys(verdicts!).slice(0, 2), ["typed scan", "clean CSV"])
      assert.include(Object.keys(verdicts!), "every row bad")
    },
  )

  it("where the time of a row goes, in both jobs", { timeout: 120_000 }, async () => {
    const told = await run("nanoseconds.py", "--files=2", "--rows=100")
    for (const [job, step] of [
      ["validation job", "proving that rows are clean"],
      ["transformation job", "computing and writing sales"],
    ] as const)
      assert.isAbove((told[job] as unknown as ReadonlyArray<Record<string, number>>)[0]![step]!, 0, job)
  })

  it("a start of the Lambda, and two batches", { timeout: 120_000 }, async () => {
    const program = join(workspace, "tools/workspace/bench/trigger.mjs")
    const env = { ...process.env, EVENTS: "20" }
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env })
    assert.deepStrictEqual(Object.keys(JSON.parse(stdout) as object), ["import", "cold", "warm"])
  })

  it("small calls of pos", { timeout: 120_000 }, async () => {
    const { [workspace]: medians } = await run("start.py", "--repeat=1")
    // Whether the platform runs here is no matter of a test.
    const { "./pos sql QUESTION": _, ...others } = medians!
    assert.deepStrictEqual(Object.keys(others), [
      "node, nothing",
      "./pos --help",
      "npx pos --help",
      "./pos validate FILE",
    ])
  })

  it("the validation of files of every shape, beside another checkout", { timeout: 240_000 }, async () => {
    const { figures, shapes: all } = await shapes("--engine=none", "--files=2")
    assert.isAtLeast(Object.keys(all!).length, 9)
    assert.deepStrictEqual(Object.keys(figures!), Object.keys(all!))
    for (const [shape, jobs] of Object.entries(figures!))
      assert.deepStrictEqual(Object.keys(jobs), ["validation"], shape)
  })

  it("loading, beside another checkout", { timeout: 120_000 }, async () => {
    const { figures } = await shapes("--shapes", "one small file", "every row bad")
    assert.deepStrictEqual(Object.keys(figures!["one small file"]!), ["validation", "load, embedded"])
    // Nothing of it is valid.
    assert.deepStrictEqual(Object.keys(figures!["every row bad"]!), ["validation"])
  })

  it("a day after histories of other lengths", { timeout: 120_000 }, async () => {
    const found = JSON.parse(await ofTransformation("history.py", "--days", "3", "5", "--rows=1000", "--more=1"))
    assert.deepStrictEqual(
      (found as ReadonlyArray<{ days: number }>).map((one) => one.days),
      [3, 5],
    )
  })

  it("a day under keys of many dates, beside keys by date", { timeout: 120_000 }, async () => {
    const found = JSON.parse(await ofTransformation("keys.py", "--days=3", "--rows=1000", "--more=1"))
    assert.containsAllKeys((found as ReadonlyArray<object>)[0]!, ["load_ratio", "both_ratio"])
  })

  it("a large run and one that overlaps it, whose tables are compared", { timeout: 120_000 }, async () => {
    const found = await ofTransformation("big.py", "--rows=2000", "--files=2", "--engine=embedded")
    const rows = found
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { rows: object }).rows)
    assert.deepStrictEqual(rows, [
      { in: 2010, appended: 2000, duplicates: 9, conflicts: 1, updated: 0 },
      { in: 2010, appended: 1000, duplicates: 909, conflicts: 101, updated: 0 },
    ])
  })
})
