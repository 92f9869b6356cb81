/** Files of three datasets in one batch, with IAM enforced: each from `pos ingest` to its own tables. */
import { NodeServices } from "@effect/platform-node"
import { afterAll, assert, beforeAll, describe, it, vi } from "@effect/vitest"
import { ofLocalAws, ofStack, openLake, queryAll } from "@pos/lake"
import { Manifest, runLayout, TransformationSummary, ValidationSummary } from "@pos/pipeline"
import { Effect, Schema } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileReports, RunReport } from "@pos/runs/report"
import { keysUnder, type Running, running, textOf } from "./aws.ts"
import { inOneBatch } from "./batches.ts"
import { csv, row, write } from "./files.ts"
import { subscribe } from "./notifications.ts"
import { makePos, randomPort } from "./pos.ts"
import { day } from "./sales.ts"
import { sql } from "./tables.ts"

const TOTALS = "declared_totals"
const STORES = "stores"
const pos = makePos()
const files = mkdtempSync(join(tmpdir(), "pos-e2e-datasets-"))
const lines = day(3, 120)
const header = "store_id,business_date,declared_lines,declared_revenue,declared_units"
const totals = `${header}\n1,2024-03-04,120,1034.5000,200\n2,2024-03-04,80,99.0000,81\n`

const list = "store_id,name,region,time_zone,opened,closed\n"
const berlin = "1,Berlin Alexanderplatz,North-East,Europe/Berlin,2019-05-02,\n"
const hull = "2,Hull,North,Europe/London,2001-01-01,2024-03-04\n"

let at: Running

const document = async <A>(schema: Schema.Codec<A, unknown>, key: string): Promise<A> =>
  Schema.decodeUnknownSync(Schema.fromJsonString(schema))(await textOf(at, "ResultsBucketName", key))

const ingest = async (code: number, ...args: ReadonlyArray<string>) =>
  Schema.decodeUnknownSync(RunReport)(await pos.json<RunReport>(code, "ingest", ...args))

beforeAll(async () => {
  write(files, "mixed/till.csv", csv(lines.map(row)))
  write(files, "mixed/totals.csv", totals)
  write(files, "mixed/shops.csv", list + berlin + hull)
  write(files, `next/${STORES}/list.csv`, list + berlin.replace("North-East", "Brandenburg"))
  write(files, `bad/${STORES}/list.csv`, `${list}${berlin}3,York,North,Europe/London,2020-01-01,2019-01-01\n`)
  write(files, `empty/${STORES}/list.csv`, list)
  write(files, `wrong/${TOTALS}/today.csv`, "store_id,business_date\n1,2024-03-05\n")
  write(files, "strange.csv", "a,b\n1,2\n")
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  at = await running(pos)
}, 120_000)

afterAll(async () => {
  await pos.dispose()
  rmSync(files, { recursive: true, force: true })
}, 60_000)

describe("three datasets", { timeout: 120_000 }, () => {
  it("are told apart by their headers, offline", async () => {
    const reports = Schema.decodeUnknownSync(FileReports)(await pos.json(0, "validate", join(files, "mixed")))
    assert.deepStrictEqual(
      reports.map(({ dataset, verdict }) => [dataset, verdict]),
      [
        [STORES, "valid"],
        ["sales", "valid"],
        [TOTALS, "valid"],
      ],
    )
  })

  it("that nothing tells are asked for in a sentence", async () => {
    const { code, err, out } = await pos.run("validate", join(files, "strange.csv"))
    assert.deepStrictEqual([code, out], [2, ""])
    assert.match(err, new RegExp(`of none of the datasets sales,.*${TOTALS}.*--dataset`))
  })

  it("come in one batch, and each has a run of its own, to its own tables", async () => {
    const { code, out } = await inOneBatch(at, 3, () => pos.run("ingest", join(files, "mixed")))
    assert.strictEqual(code, 0, out)
    assert.match(out, /Run \S+ of sales .*succeeded/)
    assert.match(out, new RegExp(`Run \\S+ of ${TOTALS} .*succeeded`))
    assert.match(out, new RegExp(`Run \\S+ of ${STORES} .*succeeded`))
    const keys = await keysUnder(at, "SourceBucketName", "incoming/")
    assert.sameMembers(
      [...keys],
      ["incoming/till.csv", `incoming/${TOTALS}/totals.csv`, `incoming/${STORES}/shops.csv`],
    )
    const [{ lines: sold } = {}] = await sql(pos, "SELECT count(*) AS lines FROM sales")
    assert.strictEqual(sold, lines.length)
    assert.deepStrictEqual(
      await sql(pos, `SELECT store_id, date, declared_lines, declared_revenue FROM ${TOTALS} ORDER BY store_id`),
      [
        { store_id: 1, date: "2024-03-04", declared_lines: 120, declared_revenue: "1034.5000" },
        { store_id: 2, date: "2024-03-04", declared_lines: 80, declared_revenue: "99.0000" },
      ],
    )
    assert.deepStrictEqual(await sql(pos, `SELECT store_id, region, closed FROM ${STORES} ORDER BY store_id`), [
      { store_id: 1, region: "North-East", closed: null },
      { store_id: 2, region: "North", closed: "2024-03-04" },
    ])
    const [kpi] = await pos.json<ReadonlyArray<object>>(0, "kpi", "declared_sales_per_day")
    assert.include(kpi, { date: "2024-03-04", stores: 2, total_lines: 200, total_revenue: "1133.5000" })
  })

  it("have KPIs that are exported into files of which another program reads the same", async () => {
    const shown = await pos.json<ReadonlyArray<object>>(0, "kpi", "declared_sales_per_day")
    const file = join(files, "declared.parquet")
    const told = await pos.json<object>(0, "export", "declared_sales", "--parquet", "--out", file)
    assert.include(told, { kpi: "declared_sales_per_day", format: "parquet", file, rows: shown.length, guarded: 0 })
    assert.deepStrictEqual(await pos.json(0, "sql", "--allow-local-files", `FROM '${file}'`), shown)
    const { code, err } = await pos.run("export", "declared_sales", "--parquet", "--out", file)
    assert.strictEqual(code, 2)
    assert.match(err, /declared\.parquet exists already/)
    rmSync(file)
  })

  it("are read by programs, by a key that only reads and as a deployed stack", async () => {
    const sql = `SELECT count(*) AS n FROM ${TOTALS}`
    const counted = (where: typeof local | typeof deployed) =>
      Effect.gen(function* () {
        const extensions = join(import.meta.dirname, "../../../.venv/duckdb-extensions")
        const open = yield* openLake(yield* where, { extensions })
        return yield* queryAll(open, { tables: [{ name: TOTALS, path: `curated/${TOTALS}` }], sql })
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer), Effect.runPromise)
    const local = ofLocalAws(pos.home)
    const deployed = ofStack("pos-local")
    assert.deepStrictEqual(await counted(local), [{ n: 2 }])
    const { endpoint } = await pos.json<{ readonly endpoint: string }>(0, "status")
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint)
    vi.stubEnv("AWS_REGION", "us-east-1")
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test")
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test")
    assert.deepStrictEqual(await counted(deployed), [{ n: 2 }])
    vi.unstubAllEnvs()
  })

  it("stand in every document of their runs", async () => {
    const runs = await pos.json<ReadonlyArray<{ readonly runId: string; readonly dataset: string }>>(0, "runs")
    assert.sameMembers(
      runs.map(({ dataset }) => dataset),
      ["sales", TOTALS, STORES],
    )
    for (const { dataset, runId } of runs) {
      const layout = runLayout(runId)
      assert.strictEqual((await document(Manifest, layout.manifest)).dataset, dataset)
      assert.strictEqual((await document(ValidationSummary, layout.validationSummary)).dataset, dataset)
      const loaded = await document(TransformationSummary, layout.transformationSummary)
      assert.strictEqual(loaded.dataset, dataset)
      assert.strictEqual(loaded.tables[0]?.path, `curated/${dataset}`)
    }
  })

  it("take a file that comes again without counting it twice", async () => {
    const run = await ingest(0, join(files, "mixed/totals.csv"))
    assert.deepStrictEqual([run.dataset, run.outcome, run.rows?.duplicates], [TOTALS, "nothing-new", 2])
  })

  it("of which a list of stores is replaced by the next one, and one with a wrong row is rejected as a whole", async () => {
    const next = await pos.run("ingest", join(files, "next"))
    assert.strictEqual(next.code, 0, next.out)
    const stands = [{ store_id: 1, region: "Brandenburg" }]
    assert.deepStrictEqual(await sql(pos, `SELECT store_id, region FROM ${STORES}`), stands)
    const bad = await ingest(1, join(files, "bad"))
    assert.deepStrictEqual([bad.dataset, bad.files[0]?.verdict], [STORES, "rejected"])
    assert.include(
      (bad.files[0]?.reasons ?? []).map(({ code }) => code),
      "closed_before_opened",
    )
    const empty = await ingest(1, join(files, "empty"))
    assert.deepStrictEqual([empty.dataset, empty.files[0]?.verdict], [STORES, "rejected"])
    assert.deepStrictEqual(await sql(pos, `SELECT store_id, region FROM ${STORES}`), stands)
  })

  it("are told to people when a run fails, and a file is judged by the folder that it lies in", async () => {
    const people = await subscribe(at)
    const run = await ingest(1, join(files, "wrong"))
    assert.strictEqual(run.dataset, TOTALS)
    assert.include(
      await people.told(/ failed\./),
      `Run ${run.runId} of ${TOTALS} failed.\nNo file is valid, 1 rejected`,
    )
    assert.include(
      (run.files[0]?.reasons ?? []).map(({ code }) => code),
      "missing_column",
    )
    people.close()
  })

  it("are mended one at a time", async () => {
    const report = await pos.json<{ readonly dataset: string }>(0, "repair", "--dataset", TOTALS)
    assert.strictEqual(report.dataset, TOTALS)
    const stores = await pos.json<{ readonly dataset: string }>(0, "repair", "--dataset", STORES)
    assert.strictEqual(stores.dataset, STORES)
  })
})
