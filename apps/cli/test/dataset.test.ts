import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import { DuckDBInstance } from "@duckdb/node-api"
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { afterAll } from "vitest"
import { gzipSync } from "node:zlib"
import { choose, type KnownDataset } from "../src/dataset/choose.ts"
import { findDatasets, renderFound } from "../src/dataset/find.ts"
import { readHeaders } from "../src/dataset/headers.ts"
import type { CliPlan } from "../src/workspace/plan.ts"

const columns = (required: string, optional = "") => [
  ...required.split(",").map((name) => ({ name, required: true })),
  ...optional
    .split(",")
    .filter((name) => name !== "")
    .map((name) => ({ name, required: false })),
]
const datasets: readonly [KnownDataset, ...ReadonlyArray<KnownDataset>] = [
  { name: "sales", columns: columns("transaction_id,store_id,quantity", "discount") },
  { name: "stores", columns: columns("store_id,name", "closed") },
  { name: "totals", columns: columns("store_id,business_date,declared_lines") },
  { name: "openings", columns: columns("store_id,name,opened") },
]

const csv = (line: string) => ({ candidates: [line.split(",")] })
const chosen = (header: string, path = "a.csv") => {
  const choice = choose(path, csv(header), datasets)
  return "dataset" in choice ? `${choice.dataset} by ${choice.by}` : `between ${choice.between.join(", ")}`
}

describe("the dataset of a file", () => {
  it("is the only one whose required columns it has, wherever it lies", () => {
    assert.strictEqual(chosen("transaction_id,store_id,quantity"), "sales by header")
    assert.strictEqual(chosen("quantity,transaction_id,other,store_id", "stores/17.csv"), "sales by header")
    assert.strictEqual(chosen("store_id,business_date,declared_lines"), "totals by header")
  })

  it("is that of the innermost folder with the name of one, where the header says nothing certain", () => {
    assert.strictEqual(chosen("a,b", "exports/totals/1.csv"), "totals by folder")
    assert.strictEqual(chosen("store_id,name,opened", "totals/stores/day/1.csv"), "stores by folder")
    assert.strictEqual(chosen("store_id,business_date", "stores/1.csv"), "stores by folder")
  })

  it("is the one of whose columns it has most, though it lacks one or spells one in another way", () => {
    assert.strictEqual(chosen("transaction_id,quantity"), "sales by header")
    assert.strictEqual(chosen("Store ID,Business-Date,declared lines"), "totals by header")
  })

  it("is in doubt when several fit, or none", () => {
    assert.strictEqual(chosen("store_id,name,opened"), "between stores, openings")
    assert.strictEqual(chosen("store_id"), "between sales, stores, totals, openings")
    assert.strictEqual(chosen("a,b"), "between sales, stores, totals, openings")
    // Only a folder that the file lies in counts, not its own name.
    assert.strictEqual(chosen("a,b", "totals"), "between sales, stores, totals, openings")
  })

  it("is the default one when it names no columns, as an empty or a binary file", () => {
    assert.deepStrictEqual(choose("a.csv", { candidates: [] }, datasets), { dataset: "sales", by: "default" })
  })
})

const folder = mkdtempSync(join(tmpdir(), "pos-dataset-"))
afterAll(() => rmSync(folder, { recursive: true }))

const written = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

describe("a header", () => {
  const totals = "store_id;business_date;declared_lines\n1;2025-03-01;4\n"
  const rows = `{"store_id":1,"business_date":"2025-03-01"}\n{"store_id":1,"business_date":"x","declared_lines":3}\n`
  for (const [name, content] of Object.entries({
    "semicolons.csv": totals,
    "quotes.csv": `"store_id","business_date","declared_lines"\r\n`,
    "mark.csv": `\uFEFF${totals}`,
    "title.csv": `sep=;\n${totals}`,
    "packed.csv.gz": gzipSync(totals),
    "cut.csv.gz": gzipSync(totals + "1;2025-03-01;4\n".repeat(1000)).subarray(0, 60),
    "wide.csv": Buffer.from(totals, "utf16le"),
    "rows.jsonl": rows,
    "rows.json.gz": gzipSync(rows),
  })) {
    it(`is found in ${name}`, async () => {
      const choice = choose(name, await readHeaders(written(name, content)), datasets)
      assert.deepStrictEqual(choice, { dataset: "totals", by: "header" })
    })
  }

  it("is found in Parquet", async () => {
    const path = join(folder, "rows.parquet")
    const instance = await DuckDBInstance.create(":memory:")
    const connection = await instance.connect()
    await connection.run(
      `COPY (SELECT 1 AS store_id, DATE '2025-03-01' AS business_date, 3 AS declared_lines) TO '${path}' (FORMAT parquet)`,
    )
    connection.closeSync()
    assert.deepStrictEqual(choose(path, await readHeaders(path), datasets), { dataset: "totals", by: "header" })
  })

  for (const [name, content] of Object.entries({
    "empty.csv": "",
    "zip.csv": Buffer.from("504b0304140000000800", "hex"),
    "broken.csv.gz": Buffer.from("1f8b00ffffff", "hex"),
  })) {
    it(`is none in ${name}`, async () => {
      assert.deepStrictEqual(await readHeaders(written(name, content)), { candidates: [] })
    })
  }

  it("is none in what cannot be read", async () => {
    assert.deepStrictEqual(await readHeaders(join(folder, "missing")), { candidates: [] })
    assert.deepStrictEqual(await readHeaders(folder), { candidates: [] })
  })
})

const plan: CliPlan = {
  hash: "sha256:0",
  defaultDataset: "sales",
  datasets: Object.fromEntries(
    datasets.map(({ columns: of, name }) => [
      name,
      {
        hash: "",
        contract: { name, version: "1.0.0" },
        columns: of,
        tables: { curated: { name, path: `curated/${name}` }, kpis: [] },
      },
    ]),
  ),
}

const file = (name: string, content: string) => {
  const path = written(name, content)
  return { name, path, size: statSync(path).size }
}
const sale = file("mixed/sale.csv", "transaction_id,store_id,quantity\n")
const total = file("mixed/total.csv", "store_id,business_date,declared_lines\n")
const strange = file("mixed/strange.csv", "t1,17,3\n")

layer(NodeServices.layer)("the datasets of a call", (it) => {
  it.effect("are each file's own", () =>
    Effect.gen(function* () {
      const found = yield* findDatasets(plan, [total, sale], undefined)
      assert.deepStrictEqual(
        found.map(({ dataset }) => dataset),
        ["totals", "sales"],
      )
      assert.deepStrictEqual(renderFound(found).map(stripVTControlCharacters), [
        `Dataset totals, by the header: ${total.path}`,
        `Dataset sales, by the header: ${sale.path}`,
      ])
    }),
  )

  it.effect("give a file that says nothing the dataset of all others", () =>
    Effect.gen(function* () {
      const found = yield* findDatasets(plan, [strange, total, total], undefined)
      assert.deepStrictEqual(
        found.map(({ by, dataset }) => [dataset, by]),
        [
          ["totals", "others"],
          ["totals", "header"],
          ["totals", "header"],
        ],
      )
    }),
  )

  for (const [what, files] of Object.entries({ alone: [strange], "among different ones": [strange, total, sale] })) {
    it.effect(`are asked for when a file says nothing ${what}, in one sentence`, () =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(findDatasets(plan, files, undefined))
        assert.strictEqual(
          message,
          `The header of ${strange.path} is of none of the datasets sales, stores, totals, openings: say which it is meant for by --dataset.`,
        )
      }),
    )
  }

  it.effect("are what --dataset says, which must be one", () =>
    Effect.gen(function* () {
      const found = yield* findDatasets(plan, [strange, sale], "stores")
      assert.deepStrictEqual(
        found.map(({ by, dataset }) => [dataset, by]),
        [
          ["stores", "flag"],
          ["stores", "flag"],
        ],
      )
      const { message } = yield* Effect.flip(findDatasets(plan, [sale], "store"))
      assert.include(message, "There is no dataset store.\nDatasets: sales, stores, totals, openings.")
    }),
  )
})
