/** The demo beside a user's own sales of the same days, as `npm start` ends. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { RunReport } from "@pos/runs/report"
import { csv, write } from "./files.ts"
import { makePos, randomPort } from "./pos.ts"

const pos = makePos()
const files = mkdtempSync(join(tmpdir(), "pos-e2e-demo-"))

interface Demo {
  readonly run: RunReport
  readonly differences: ReadonlyArray<string>
  readonly expected: { readonly rows: number }
  readonly found: { readonly rows: number; readonly others: number }
}

/** Sales of the demo's best product, and of one that it does not have, on the demo's days. */
const OWN = [6_534_178, 42].flatMap((product_id) =>
  ["2017-01-01", "2017-01-07", "2017-01-14"].map((date, at) => ({
    transaction_id: `own-${product_id}-${at}`,
    store_id: 1,
    product_id,
    quantity: 3,
    revenue: "1234.5678",
    discount_applied: null,
    timestamp: Date.parse(`${date}T12:00:00Z`) / 1000,
  })),
)

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
}, 300_000)

afterAll(async () => {
  await pos.dispose()
  rmSync(files, { recursive: true, force: true })
}, 60_000)

describe("pos demo", { timeout: 900_000 }, () => {
  it("is content with its own lines when there are other sales on its days", async () => {
    await pos.json(0, "ingest", write(files, "own.csv", csv(OWN)))
    const first = await pos.json<Demo>(0, "demo")
    assert.deepStrictEqual(first.differences, [])
    assert.strictEqual(first.found.rows, first.expected.rows)
    assert.strictEqual(first.found.others, OWN.length)
    const again = await pos.json<Demo>(0, "demo")
    assert.deepStrictEqual([again.run.outcome, again.differences], ["nothing-new", []])
  })

  it("ends with the address of the page", async () => {
    const { page } = await pos.json<{ readonly page: { readonly address: string } }>(0, "status")
    const { code, out } = await pos.run("demo")
    assert.deepStrictEqual([code, out.trimEnd().split("\n").at(-1)], [0, `  ${page.address}`])
    assert.strictEqual((await fetch(page.address)).status, 200)
  })

  it("reads the tables with the rights of a reader, none refused", () => {
    const calls = readFileSync(join(pos.home, "data/iam-calls.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { principal: string; action: string; resource: string; decision: string })
      .filter(({ principal }) => principal.endsWith("user/pos-local-reader"))
    assert.isNotEmpty(calls)
    assert.deepStrictEqual(
      calls.filter(({ decision }) => decision !== "Allow"),
      [],
    )
    assert.deepStrictEqual(
      [...new Set(calls.map(({ action }) => action))].filter((action) => !/^s3:(Get|List|Head)/.test(action)),
      [],
    )
  })
})
