/** Files that a stack has kept, judged again by the real jobs. The stack is a few objects in memory. */
import { NodeServices } from "@effect/platform-node"
import { Jobs, ObjectMissing, ObjectStore } from "@pos/aws"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema, Stream } from "effect"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Progress } from "../src/output/progress.ts"
import { Rejudged } from "../src/rejudge/document.ts"
import { rejudge } from "../src/rejudge/rejudge.ts"
import { renderRejudged } from "../src/report/rejudge.ts"
import type { Target } from "../src/target/target.ts"
import { Workspace } from "../src/workspace/workspace.ts"
import "./cli.ts"
import { olderPlan, planFile } from "./older-plan.ts"

const HEADER = "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp"
/** 2026-01-02, 12:00 UTC. */
const NOON = 1_767_355_200

const file = (...rows: ReadonlyArray<string>) => `${[HEADER, ...rows].join("\n")}\n`
const FIRST = "20260103T060000000Z-000000000001"
const SECOND = "20260104T060000000Z-000000000002"

const objects = new Map<string, string>()
const put = (bucket: string, key: string, body: string, versionId = "") =>
  objects.set(JSON.stringify([bucket, key, versionId]), body)

interface Sent {
  readonly key: string
  readonly body: string
  readonly verdict: "valid" | "rejected"
  readonly gone?: true
}

const rows = { total: 1, valid: 1, invalid: 0 }

/** A run as its documents tell it: accepted files stay in the source, rejected ones lie in a bucket of their own. */
const runOf = (runId: string, eventTime: string, sent: ReadonlyArray<Sent>) => {
  const root = `runs/${runId}`
  const files = sent.map(({ body, key }, at) => ({
    bucket: "source",
    key,
    versionId: `v${at}`,
    size: body.length,
    eventTime,
  }))
  put("results", `${root}/manifest.json`, JSON.stringify({ runId, eventTime, dataset: "sales", files }))
  const lines = sent.map(({ body, gone, key, verdict }, at) => {
    const rejected = verdict === "rejected" ? `date=x/run=${runId}/files/${at}/${key}` : null
    if (gone !== true)
      put(rejected === null ? "source" : "rejected", rejected ?? key, body, rejected === null ? `v${at}` : "")
    return {
      file: key,
      bucket: "source",
      versionId: `v${at}`,
      verdict,
      format: "csv",
      compression: "none",
      size: body.length,
      rows,
      reasons: [],
      validated: null,
      rejected: rejected === null ? null : `s3://rejected/${rejected}`,
    }
  })
  put("results", `${root}/validation/files.jsonl`, lines.map((line) => `${JSON.stringify(line)}\n`).join(""))
  put("results", `${root}/validation/summary.json`, "{}")
}

/** Whole lists of stores, the newest of which before the moment counts for what came later. */
const stores = ["2025-12-01", "2025-12-20", "2026-01-03"].map((day, at) => ({
  key: "incoming/stores/all.csv",
  versionId: `list-${at}`,
  modified: `${day}T05:00:00.000Z`,
  body: `store_id,name,region,time_zone,opened,closed\n1,One,${day},Europe/Berlin,2020-01-01,\n`,
}))
for (const { body, key, versionId } of stores) put("source", key, body, versionId)

/** The keys of what was read. */
const read: Array<string> = []

const store = Layer.mock(ObjectStore)({
  get: ({ bucket, key, piece, versionId }) => {
    read.push(key)
    const body = objects.get(JSON.stringify([bucket, key, versionId ?? ""]))
    if (body === undefined) return Effect.fail(new ObjectMissing({ bucket, key }))
    const bytes = new TextEncoder().encode(body)
    return Effect.succeed(piece === undefined ? bytes : bytes.slice(piece.start, piece.start + piece.length))
  },
  versions: (bucket, prefix) =>
    Stream.fromIterable(
      stores
        .filter(({ key }) => bucket === "source" && key.startsWith(prefix))
        .map((one) => ({ ...one, size: one.body.length, etag: "", latest: true, modified: new Date(one.modified) })),
    ),
  list: (bucket, prefix, after = "") =>
    Stream.fromIterable(
      [...objects.keys()]
        .map((name) => JSON.parse(name) as [string, string])
        .filter(([where, key]) => where === bucket && key.startsWith(prefix) && key > after)
        .map(([, key]) => ({ key, size: 1, etag: "" }))
        .toSorted((one, other) => (one.key < other.key ? -1 : 1)),
    ),
})

const jobs = Layer.mock(Jobs)({ defaultArguments: () => Effect.succeed({ "--plan": "s3://assets/plan.json" }) })

const target: Target = {
  name: "the test",
  local: true,
  lake: Effect.die("the lake is not read"),
  results: Effect.die("no rows of a run are read"),
  outputs: {
    SourceBucketName: "source",
    RejectedBucketName: "rejected",
    ResultsBucketName: "results",
    LakeBucketName: "lake",
    StateMachineArn: "arn",
    TransformationJobName: "transformation",
  },
}

const services = Layer.mergeAll(
  store,
  jobs,
  Progress.layerSilent,
  Workspace.layer.pipe(Layer.provideMerge(NodeServices.layer)),
)

/** Judges again in a temporary folder of the test's own, which must be empty afterwards. */
const judgeAgain = (since: string, limit = 0) => {
  const folder = mkdtempSync(join(tmpdir(), "pos-rejudge-test-"))
  const before = process.env["TMPDIR"]
  process.env["TMPDIR"] = folder
  return rejudge(target, { since: new Date(since), limit }).pipe(
    Effect.provide(services),
    Effect.ensuring(
      Effect.sync(() => {
        // Where the plan is built first, its tools leave a cache of theirs.
        assert.deepStrictEqual(
          readdirSync(folder).filter((name) => name.startsWith("pos-rejudge-")),
          [],
        )
        if (before === undefined) delete process.env["TMPDIR"]
        else process.env["TMPDIR"] = before
        rmSync(folder, { recursive: true, force: true })
      }),
    ),
  )
}

const hashOfStores = (
  JSON.parse(readFileSync(planFile, "utf8")) as { readonly datasets: { readonly stores: { readonly hash: string } } }
).datasets.stores.hash

/** Another plan is deployed meanwhile. */
const deployedAs =
  (plan: string) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      put("assets", "plan.json", plan)
      return work
    }).pipe(Effect.ensuring(Effect.sync(() => put("assets", "plan.json", olderPlan()))))

const negative = file(`a,1,7,2,10.0000,-1.0000,${NOON}`)
const zero = file(`b,1,7,0,0.0000,,${NOON}`, `c,1,8,1,2.5000,,${NOON}`)
const same = file(`d,2,7,3,30.0000,,${NOON}`)

put("assets", "plan.json", olderPlan())
put("assets", "words.json", readFileSync(planFile.replace("plan.json", "words.json"), "utf8"))
runOf(FIRST, "2026-01-03T06:00:00.000Z", [
  { key: "incoming/negative.csv", body: negative, verdict: "valid" },
  { key: "incoming/same.csv", body: same, verdict: "valid" },
])
runOf(SECOND, "2026-01-04T06:00:00.000Z", [
  { key: "incoming/zero.csv", body: zero, verdict: "rejected" },
  { key: "incoming/no longer.csv", body: zero, verdict: "rejected", gone: true },
])

describe("files judged again", { timeout: 300_000 }, () => {
  it.live("tell which verdicts and which KPI values would be others, and nothing is left behind", () =>
    Effect.gen(function* () {
      const found = yield* judgeAgain("2026-01-01")
      assert.deepStrictEqual(found.datasets, [
        {
          dataset: "sales",
          runs: 2,
          files: 3,
          gone: 1,
          newlyRejected: 1,
          newlyAccepted: 1,
          rows: { newlyInvalid: 1, newlyValid: 1 },
        },
      ])
      assert.deepStrictEqual(found.unchanged, ["declared_totals", "stores"])
      assert.deepStrictEqual(
        found.flips.map(({ after, before, file: name, reasons, recorded }) => [
          name,
          before,
          after,
          recorded,
          reasons.map(({ code }) => code).join(),
        ]),
        [
          ["incoming/negative.csv", "valid", "rejected", "valid", "negative_discount"],
          ["incoming/zero.csv", "rejected", "valid", "rejected", "zero_quantity"],
        ],
      )
      const sales = found.differences.filter(
        ({ kpi, measure }) => kpi === "total_sales_per_product_per_day" && measure === "total_sales",
      )
      assert.deepStrictEqual(
        sales.map(({ after, before, difference, group }) => [group, before, after, difference]),
        [
          [{ date: "2026-01-02", product_id: "7" }, "40.0000", "30.0000", "-10.0000"],
          [{ date: "2026-01-02", product_id: "8" }, null, "2.5000", "2.5000"],
        ],
      )
      assert.match(found.flips[1]?.reasons[0]?.message ?? "", /quantity is 0/)
      // Store 1 loses a row and gains two; what is the same on both sides is not told.
      assert.isFalse(found.differences.some(({ group }) => group["store_id"] === "2"))
      const sum = found.kpis.reduce((total, kpi) => total + kpi.differences, 0)
      assert.lengthOf(found.differences, sum)
      assert.isTrue(Schema.is(Rejudged)(JSON.parse(JSON.stringify(found))))

      const words = renderRejudged(found).join("\n")
      assert.match(
        words,
        /negative\.csv run 20260103\S+ would be rejected\n +discount_applied is -1.*\[negative_discount\]/,
      )
      assert.match(words, /zero\.csv run \S+ would be accepted; today it is rejected\n.*\[zero_quantity\]/)
      assert.match(words, /2026-01-02 7 +total_sales +40\.0000 +30\.0000 +-10\.0000/)
      assert.match(words, /1 file gone/)

      const [largest, ...others] = (yield* judgeAgain("2026-01-04", 1)).differences
      assert.deepStrictEqual(others, [])
      assert.strictEqual(largest?.difference, "2.5000")
    }),
  )

  it.live("are none where nothing differs, and none is read", () =>
    deployedAs(readFileSync(planFile, "utf8"))(
      Effect.gen(function* () {
        const found = yield* judgeAgain("2026-01-01")
        assert.deepStrictEqual([found.datasets, found.flips, found.kpis], [[], [], []])
        assert.deepStrictEqual(found.unchanged, ["sales", "declared_totals", "stores"])
        assert.match(renderRejudged(found).join("\n"), /no dataset is judged differently/)
      }),
    ),
  )

  it.live("find the reference data that stood before them: of whole lists the newest", () =>
    deployedAs(readFileSync(planFile, "utf8").replace(hashOfStores, `sha256:${"2".repeat(64)}`))(
      Effect.gen(function* () {
        read.length = 0
        const found = yield* judgeAgain("2026-01-01")
        assert.deepInclude(found.datasets[0], { dataset: "stores", runs: 0, files: 0, newlyRejected: 0 })
        assert.deepStrictEqual(
          read.filter((key) => key.startsWith("incoming/")),
          ["incoming/stores/all.csv"],
        )
      }),
    ),
  )

  it.live("are not by a plan that this checkout's jobs can't read, in a sentence, and nothing is left behind", () =>
    deployedAs(olderPlan().replace('"pos-plan/2"', '"pos-plan/1"'))(
      Effect.gen(function* () {
        const error = yield* Effect.flip(judgeAgain("2026-01-01"))
        assert.match(error.message, /^the test judges by a plan in the format pos-plan\/1, .*\nLeave --rejudge out/)
      }),
    ),
  )
})
