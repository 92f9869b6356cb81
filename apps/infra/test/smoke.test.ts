import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { datasetId, read } from "@pos/contract"
import { datasets } from "@pos/datasets"
import { datasetOfKey } from "@pos/pipeline"
import { dataset as sales } from "@pos/sales"
import { assert, describe, it } from "vitest"
import { badFile, DATE, expected, goodFile, hollowFiles, PREFIXES, ROWS } from "../src/smoke/canary.ts"

/** As in a new shell of a machine that knows no AWS account. */
const run = (...args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--conditions=@pos/source", "src/smoke/main.ts", ...args],
    {
      cwd: join(import.meta.dirname, ".."),
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true" },
    },
  )
  return { status, stdout, told: stderr.trim() }
}

describe("infra:smoke", () => {
  for (const [what, args, words] of [
    ["without a stage", [], /^Name the stage .* --context stage=dev\. .* npx pos doctor$/],
    ["with a setting that has no value", ["--context", "stage"], /^--context takes name=value, not stage\.$/],
    [
      "with a setting that makes no sense",
      ["-c", "stage=dev", "-c", "engine=none"],
      /^Setting refused: .*\["engine"\]$/,
    ],
    ["with a flag that is none", ["--frob"], /^Unknown option '--frob'/],
  ] as const) {
    it(`${what} says so in one sentence, and ends with 2`, () => {
      const { status, stdout, told } = run(...args)
      assert.deepStrictEqual([status, stdout], [2, ""])
      assert.match(told, words)
    })
  }
})

const rowsOf = (file: string) => {
  const [header = "", ...lines] = file.trim().split("\n")
  const names = header.split(",")
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at] ?? "", cell])))
}

describe("the canary", () => {
  const rows = rowsOf(goodFile)
  const sum = (name: string) =>
    rows.reduce((total, row) => total + Math.round(Number(row[name] ?? 0) * 10_000), 0) / 10_000

  it("has nothing but rows of the contract's own store, product and date", () => {
    assert.lengthOf(rows, ROWS)
    for (const row of rows) {
      for (const [name, value] of Object.entries(sales.canary!.where)) assert.strictEqual(Number(row[name]), value)
      assert.strictEqual(new Date(Number(row["timestamp"]) * 1000).toISOString().slice(0, 10), DATE)
    }
  })

  it("adds up to the figures that are expected of every KPI", () => {
    const figures = {
      total_sales: sum("revenue"),
      units_sold: sum("quantity"),
      transactions: ROWS,
      total_discount: sum("discount_applied"),
      returns: rows.filter((row) => Number(row["quantity"]) < 0).length,
    }
    for (const [name, [kpi]] of Object.entries(expected).filter(([table]) => table !== "sales")) {
      for (const [measure, value] of Object.entries(figures)) {
        if (kpi?.[measure] !== undefined) assert.strictEqual(Number(kpi[measure]), value, `${name}.${measure}`)
      }
    }
  })

  it("is broken in one cell where it must be rejected", () => {
    const differing = rowsOf(badFile).filter((row, at) => JSON.stringify(row) !== JSON.stringify(rows[at]))
    assert.deepStrictEqual(
      differing.map(({ revenue }) => revenue),
      ["5.25x"],
    )
  })
})

describe("the files of every dataset of the registry", () => {
  const [first, ...others] = datasets.map(({ dataset }) => datasetId(dataset))

  it("lie where the trigger finds their dataset", () => {
    assert.deepStrictEqual(
      PREFIXES.map((prefix) => datasetOfKey(`${prefix}a.csv`, [first!, ...others])),
      [first, ...others],
    )
    assert.deepStrictEqual(
      hollowFiles.map(({ dataset }) => dataset),
      others,
    )
  })

  it.each(hollowFiles.map((one) => [one.dataset, one] as const))("of %s are rejected", (name, { file, reason }) => {
    const { dataset } = datasets.find((one) => datasetId(one.dataset) === name)!
    const [row = {}] = rowsOf(file)
    const { violations } = read(dataset, row, { source: "text" })
    assert.isTrue(violations.some(({ code, severity }) => code === reason && severity === "error"))
  })
})
