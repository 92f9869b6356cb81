/** Objects that S3 holds and does not give, and keys of S3's greatest length, through the whole chain. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { setTimeout } from "node:timers/promises"
import type { RunReport } from "@pos/runs/report"
import { keysUnder, putObject, type Running, running, textOf } from "./aws.ts"
import { csv, row } from "./files.ts"
import { makePos, randomPort } from "./pos.ts"
import { areTheCallsOnRecord } from "./recorded-calls.ts"
import { day } from "./sales.ts"

const pos = makePos()
const lines = day(0, 50)
const others = day(1, 10)
const longKey = `incoming/${"k".repeat(1024 - "incoming/.csv".length)}.csv`
let at: Running

/** The files of all runs, once there are so many. */
const judged = async (count: number): Promise<ReadonlyArray<RunReport["files"][number]>> => {
  for (;;) {
    const runs = await pos.json<ReadonlyArray<{ readonly runId: string; readonly status: string }>>(0, "runs")
    if (runs.every(({ status }) => status !== "RUNNING")) {
      const reports = await Promise.all(runs.map(({ runId }) => pos.json<RunReport>(0, "runs", runId)))
      const files = reports.flatMap((report) => report.files)
      if (files.length >= count) return files
    }
    await setTimeout(500)
  }
}

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  at = await running(pos)
}, 120_000)

afterAll(() => pos.dispose(), 60_000)

describe("a batch with objects that can't be read", { timeout: 180_000 }, () => {
  it("loads the good ones, tells of the others, and takes a key of 1,024 bytes as any other", async () => {
    const secret = { SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) }
    const table = csv(others.map(row))
    await putObject(at, "SourceBucketName", "incoming/archived.csv", table, { StorageClass: "GLACIER" })
    await putObject(at, "SourceBucketName", "incoming/own-key.csv", table, secret)
    await putObject(at, "SourceBucketName", longKey, "no table")
    await putObject(at, "SourceBucketName", "incoming/good.csv", csv(lines.map(row)))

    const files = await judged(4)
    const told = Object.fromEntries(files.map(({ key, reasons }) => [key, reasons.map(({ message }) => message)]))
    assert.deepStrictEqual(told["incoming/good.csv"], [])
    assert.deepStrictEqual(told["incoming/archived.csv"], [
      "The file can't be read from the bucket: it is archived in the storage class GLACIER. It stays there.",
    ])
    assert.deepStrictEqual(told["incoming/own-key.csv"], [
      "The file can't be read from the bucket: it is encrypted with a key that only its sender has (SSE-C). It stays there.",
    ])
    assert.include(told[longKey]?.[0] ?? "", 'The column "transaction_id" is missing')

    const [{ sold }] = await pos.json<[{ sold: number }]>(0, "sql", "SELECT count(*)::INT AS sold FROM sales")
    assert.strictEqual(sold, lines.length)
    assert.sameMembers(
      [...(await keysUnder(at, "SourceBucketName", "incoming/"))],
      ["incoming/archived.csv", "incoming/good.csv", "incoming/own-key.csv"],
    )
    const kept = await keysUnder(at, "RejectedBucketName", "date=")
    assert.lengthOf(
      kept.filter((key) => key.includes("/reports/")),
      3,
    )
    const [copy = "", ...more] = kept.filter((key) => key.includes("/files/"))
    assert.deepStrictEqual(more, [])
    assert.strictEqual(await textOf(at, "RejectedBucketName", copy), "no table")
  })
})

areTheCallsOnRecord(pos, "unreadable")
