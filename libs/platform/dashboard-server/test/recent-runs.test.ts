import { Executions, ObjectMissing, ObjectStore } from "@pos/aws"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { RecentRuns } from "../src/platform/recent-runs.ts"
import { deploymentOf } from "./deployment.ts"

const idOf = (at: number) => `2026010${at}T060000123Z-0123456789ab`

/** The newest first. */
const STATUSES = ["RUNNING", "FAILED", "SUCCEEDED", "SUCCEEDED"] as const

const executionOf = (status: (typeof STATUSES)[number], at: number) => ({
  arn: `arn:${at}`,
  name: idOf(9 - at),
  status,
  started: new Date("2026-01-01T06:00:00Z"),
  ...(status === "RUNNING" ? {} : { ended: new Date("2026-01-01T06:00:10Z") }),
})

const described: Array<string> = []
const read: Array<string> = []

const isVerdicts = (key: string) => key.endsWith("/validation/files.jsonl")

const rowsOf = (file: string, where: object) =>
  JSON.stringify({
    file,
    bucket: "source",
    versionId: null,
    verdict: "valid",
    format: "csv",
    compression: "none",
    size: 1,
    rows: { total: 1, valid: 1, invalid: 0 },
    reasons: [],
    rejected: null,
    ...where,
  })

const lines = [
  rowsOf("first", { validated: "s3://results/0.parquet", member: 0 }),
  rowsOf("second", { validated: "s3://results/0.parquet", member: 1 }),
  rowsOf("large", { validated: "s3://results/2.parquet", parts: ["s3://results/part.parquet"] }),
].join("\n")

const aws = Layer.mergeAll(
  Layer.mock(Executions, {
    list: () => Stream.fromIterable(STATUSES.map(executionOf)),
    describe: (arn) =>
      Effect.sync(() => {
        described.push(arn)
        const at = Number(arn.slice("arn:".length))
        return { ...executionOf(STATUSES[at]!, at), cause: "It broke." }
      }),
  }),
  Layer.mock(ObjectStore, {
    get: ({ bucket, key }) =>
      Effect.suspend(() => {
        read.push(key)
        return key === `runs/${idOf(6)}/validation/files.jsonl`
          ? Effect.succeed(new TextEncoder().encode(lines))
          : Effect.fail(new ObjectMissing({ bucket, key }))
      }),
  }),
)

layer(RecentRuns.layer.pipe(Layer.provide(deploymentOf([])), Layer.provide(aws)))("recent runs", (it) => {
  it.effect("are described where their documents don't tell all, and read once when they have ended", () =>
    Effect.gen(function* () {
      const recent = yield* RecentRuns
      const runs = yield* recent.newest(10)
      assert.deepStrictEqual(
        runs.map(({ report }) => [report.status, report.failure?.reason]),
        [
          ["RUNNING", undefined],
          ["FAILED", "It broke."],
          ["SUCCEEDED", undefined],
          ["SUCCEEDED", undefined],
        ],
      )
      assert.sameMembers(described, ["arn:0", "arn:1"])
      assert.strictEqual(new Set(read).size, read.length, "a document is read twice")
      assert.isFalse(read.some(isVerdicts), "verdicts are read that nobody has asked for")
      const again = yield* Effect.all([recent.withFiles(runs.slice(1)), recent.withFiles(runs.slice(1))], {
        concurrency: 2,
      })
      assert.deepStrictEqual(again[0], again[1])
      assert.lengthOf(read.filter(isVerdicts), runs.length - 1)
      described.length = read.length = 0
      yield* TestClock.adjust("5 seconds")
      assert.lengthOf(yield* recent.newest(10), 4)
      assert.deepStrictEqual(described, ["arn:0"])
      assert.isTrue(read.every((key) => key.startsWith(`runs/${idOf(9)}/`)))
    }),
  )

  it.effect("tell where the rows of each file lie, and by which number where others lie beside them", () =>
    Effect.gen(function* () {
      const run = yield* (yield* RecentRuns).one(idOf(6))
      assert.deepStrictEqual(
        run?.validated.map(({ file, member, uri }) => [file, uri, member]),
        [
          ["first", "s3://results/0.parquet", 0],
          ["second", "s3://results/0.parquet", 1],
          ["large", "s3://results/2.parquet", undefined],
          ["large", "s3://results/part.parquet", undefined],
        ],
      )
    }),
  )

  it.effect("are found by their ids, and no others", () =>
    Effect.gen(function* () {
      const recent = yield* RecentRuns
      assert.strictEqual((yield* recent.one(idOf(7)))?.report.runId, idOf(7))
      assert.isUndefined(yield* recent.one(idOf(1)))
    }),
  )
})
