/** What deploying would do to real Delta tables, of a stack whose contracts are a file. */
import { ObjectStore } from "@pos/aws"
import { assert, describe, it, layer } from "@effect/vitest"
import { type Contracts, readContracts } from "@pos/evolution"
import { Effect, Layer, Schema, Stream } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { hiveType } from "@pos/lake"
import { DeploymentPreview } from "../src/plan/document.ts"
import { minutesToRebuild } from "../src/plan/estimate.ts"
import { previewFirst, previewTables } from "../src/plan/preview.ts"
import { renderPreview } from "../src/report/plan.ts"
import type { Target } from "../src/target/target.ts"
import { root } from "./cli.ts"
import { services, Tables } from "./delta-tables.ts"

type Lock = Contracts["datasets"][string]
type Column = Lock["columns"][number]

const built = Effect.map(
  readContracts(readFileSync(join(root, "apps/plan/dist/contracts.json"), "utf8")),
  (contracts) => contracts!.datasets["sales"]!,
)

const COLUMNS = ["transaction_id", "quantity", "revenue", "discount_applied", "timestamp"]

/** The contract of the tables in the folder: some columns of sales, and one KPI. */
const released = Effect.map(built, (lock): Lock => {
  const stored = new Set(["transaction_id", "quantity", "revenue", "discount_applied", "event_time", "date"])
  const kpi = lock.kpis.find(({ name }) => name === "total_sales_per_product_per_day")!
  return {
    ...lock,
    version: "1.0.0",
    columns: lock.columns.filter(({ name }) => COLUMNS.includes(name)),
    curated: { ...lock.curated, columns: lock.curated.columns.filter(({ name }) => stored.has(name)) },
    kpis: [
      {
        ...kpi,
        columns: [
          { name: "date", type: "date", nullable: false },
          { name: "product_id", type: "bigint", nullable: false },
          { name: "total_sales", type: "decimal(28,4)", nullable: false },
        ],
        measures: [{ ...kpi.measures.find(({ name }) => name === "total_sales")!, storedType: "decimal(28,4)" }],
      },
    ],
  }
})

const next = (lock: Lock, change: Partial<Lock>): Lock => ({ ...lock, version: "2.0.0", ...change })

const columnOf = (lock: Lock, name: string): Column => lock.columns.find((column) => column.name === name)!

/** A column with another definition, in files and in the table. */
const withColumn = (lock: Lock, from: string, to: Column): Lock =>
  next(lock, {
    columns: [...lock.columns.filter(({ name }) => name !== from), to].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    curated: {
      ...lock.curated,
      columns: [
        ...lock.curated.columns.filter(({ name }) => name !== from),
        { name: to.storedAs, type: to.storedType, nullable: !to.required },
      ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    },
  })

const without = (lock: Lock, name: string): Lock =>
  next(lock, {
    columns: lock.columns.filter((column) => column.name !== name),
    curated: { ...lock.curated, columns: lock.curated.columns.filter((column) => column.name !== name) },
  })

const member = (lock: Lock, required: boolean): Column => ({
  ...columnOf(lock, "transaction_id"),
  name: "member",
  storedAs: "member",
  required,
})

const contractsOf = (sales: Lock): Contracts => ({ format: "pos-contracts/1", datasets: { sales } })

/** A preview of deploying `today` over the folder's tables, where `deployed` was deployed. */
const previewing = Effect.fnUntraced(function* (today: Lock, deployed: Lock | undefined) {
  const { folder } = yield* Tables
  const target: Target = {
    name: "the test",
    local: true,
    lake: Effect.succeed({ uri: folder }),
    results: Effect.die("no rows of a run are read"),
    outputs: {
      SourceBucketName: "source",
      RejectedBucketName: "rejected",
      ResultsBucketName: "results",
      LakeBucketName: "lake",
      StateMachineArn: "arn",
      ...(deployed === undefined ? {} : { ContractsUri: "s3://assets/abc/contracts.json" }),
    },
  }
  const store = Layer.mock(ObjectStore)({
    get: () => Effect.succeed(new TextEncoder().encode(JSON.stringify(contractsOf(deployed!)))),
    list: (_, prefix) => Stream.make({ key: `${prefix}not-of-the-table.parquet`, size: 7, etag: "" }),
  })
  return yield* previewTables(target, contractsOf(today)).pipe(Effect.provide(store))
}, Effect.scoped)

/** Eight ways to break what is stored. */
const BREAKING: ReadonlyArray<
  readonly [name: string, change: (lock: Lock) => Lock, told: RegExp, byTheTables: boolean]
> = [
  [
    "a renamed column",
    (lock) =>
      withColumn(lock, "discount_applied", {
        ...columnOf(lock, "discount_applied"),
        name: "rebate",
        storedAs: "rebate",
      }),
    /discount_applied: removed \(renamed to rebate\?\)|has a column discount_applied/,
    true,
  ],
  [
    "a removed column",
    (lock) => without(lock, "discount_applied"),
    /column discount_applied(: removed|, and the contract)/,
    true,
  ],
  [
    "another type",
    (lock) =>
      withColumn(lock, "quantity", {
        ...columnOf(lock, "quantity"),
        type: { kind: "decimal", precision: 18, scale: 0 },
        storedType: "decimal(18,0)",
      }),
    /quantity.* bigint.* decimal\(18,0\)/,
    true,
  ],
  [
    "a wider decimal",
    (lock) =>
      withColumn(lock, "revenue", {
        ...columnOf(lock, "revenue"),
        type: { kind: "decimal", precision: 20, scale: 4 },
        storedType: "decimal(20,4)",
      }),
    /revenue.* decimal\(18,4\).* decimal\(20,4\)/,
    true,
  ],
  [
    "a new required column",
    (lock) => withColumn(lock, "", member(lock, true)),
    /column member(: new, required|, which)/,
    true,
  ],
  [
    "another key",
    (lock) => next(lock, { key: ["quantity", "transaction_id"] }),
    /key: transaction_id → quantity/,
    false,
  ],
  [
    "another business date",
    (lock) => next(lock, { businessDate: { timeZone: "Asia/Tokyo", cutoffHour: 0 } }),
    /business date: .* → Asia\/Tokyo/,
    false,
  ],
  [
    "another event time",
    (lock) => next(lock, { eventTime: { column: "closed_at", storedAs: "event_time" } }),
    /event time: timestamp .* → closed_at/,
    false,
  ],
]

layer(services)("over tables that hold rows", (it) => {
  it.effect.each(BREAKING)("is refused in words: %s", ([, change, told, byTheTables]) =>
    Effect.gen(function* () {
      const lock = yield* released
      for (const deployed of byTheTables ? [lock, undefined] : [lock]) {
        const { datasets } = yield* previewing(change(lock), deployed)
        const [sales] = datasets
        assert.strictEqual(sales?.tables[0]?.action, "refused")
        const found = sales?.refused.find(({ what }) => told.test(what))
        assert.isDefined(found, JSON.stringify(sales?.refused))
        assert.isNotEmpty(found?.affected)
        assert.match(found?.next ?? "", /\.$/)
      }
    }),
  )

  it.effect("what is added is told with its tables' rows and size, and nothing else is said to happen", () =>
    Effect.gen(function* () {
      const lock = yield* released
      const more = withColumn(lock, "", member(lock, false))
      const [kpi] = more.kpis
      const returns = {
        ...kpi!,
        columns: [...kpi!.columns, { name: "zz_rows", type: "bigint", nullable: false }],
        measures: [...kpi!.measures, { name: "zz_rows", storedType: "bigint", aggregate: { op: "count" as const } }],
      }
      const { datasets } = yield* previewing({ ...more, kpis: [returns] }, lock)
      assert.deepStrictEqual(datasets[0]?.refused, [])
      assert.deepStrictEqual(
        datasets[0]?.tables.map(({ action, bytes, rows, table, why }) => [table, action, rows, bytes, why]),
        [
          ["sales", "altered", 3, 0, ["new column member"]],
          [
            "total_sales_per_product_per_day",
            "rebuilt",
            3,
            0,
            ["KPI total_sales_per_product_per_day: new measure zz_rows"],
          ],
        ],
      )
      const same = yield* previewing(lock, lock)
      assert.isTrue(same.datasets[0]?.tables.every(({ action }) => action === "same"))
      const shown = renderPreview({ ...document, ...same }).join("\n")
      assert.match(shown, /sales 1\.0\.0: nothing changes[^]*It may be deployed/)
    }),
  )
})

const document = {
  format: "pos-deployment-preview/1",
  target: "the test",
  ok: true,
  locks: { ok: true, datasets: [] },
  deployed: true,
} as const

describe("a preview", () => {
  it.effect("of a first deployment has new tables only, and is printed as its Schema says", () =>
    Effect.gen(function* () {
      const first = previewFirst(contractsOf(yield* built))
      assert.isTrue(first.datasets[0]?.tables.every(({ action }) => action === "new"))
      const text = JSON.stringify(
        yield* Schema.encodeEffect(DeploymentPreview)({ ...document, ...first, deployed: false }),
      )
      assert.isTrue(Schema.is(DeploymentPreview)(JSON.parse(text)))
    }),
  )

  it("estimates by rows and bytes", () => {
    assert.strictEqual(minutesToRebuild({ rows: 0, bytes: 0 }), 0)
    assert.strictEqual(minutesToRebuild({ rows: 1000, bytes: 10_000 }), 0.1)
    assert.strictEqual(minutesToRebuild({ rows: 60_000_000, bytes: 3_000_000_000 }), 2)
  })

  it("knows DuckDB's types by Hive's names", () => {
    assert.deepStrictEqual(["VARCHAR", "DECIMAL(18,4)", "TIMESTAMP WITH TIME ZONE", "BIGINT"].map(hiveType), [
      "string",
      "decimal(18,4)",
      "timestamp",
      "bigint",
    ])
  })
})
