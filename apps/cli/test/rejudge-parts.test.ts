/** What judging again rests on: which datasets, what files are called here, and exact differences. */
import { assert, describe, it } from "@effect/vitest"
import { ObjectStore } from "@pos/aws"
import { Effect, Layer, Stream } from "effect"
import { earlierReference } from "../src/rejudge/earlier.ts"
import { chooseDatasets } from "../src/rejudge/datasets.ts"
import { notComparable, subtract } from "../src/rejudge/kpis.ts"
import { localFiles } from "../src/rejudge/names.ts"
import type { KpiView, PlanView } from "../src/rejudge/plans.ts"

const kpi = (name: string, more: Partial<KpiView> = {}): KpiView => ({
  name,
  path: `kpi/${name}`,
  key: ["date"],
  columns: [],
  measures: [],
  ...more,
})

const planOf = (datasets: Readonly<Record<string, readonly [hash: string, reads?: string]>>): PlanView => ({
  format: "pos-plan/2",
  defaultDataset: "sales",
  datasets: Object.fromEntries(
    Object.entries(datasets).map(([name, [hash, reads]]) => [
      name,
      {
        hash,
        kind: "facts" as const,
        policies: { largestFile: { plain: 1 } },
        tables: { kpis: reads === undefined ? [] : [kpi(`${name}_per_day`, { references: [{ name: reads }] })] },
      },
    ]),
  ),
})

describe("the datasets whose files are judged again", () => {
  it("are those whose contract differs, and those whose rows their KPIs read", () => {
    const deployed = planOf({ sales: ["1", "stores"], stores: ["1"], totals: ["1"] })
    assert.deepStrictEqual(chooseDatasets(deployed, planOf({ sales: ["2", "stores"], stores: ["1"], totals: ["1"] })), {
      judged: ["sales", "stores"],
      unchanged: ["totals"],
      notCompared: [],
    })
    assert.deepStrictEqual(
      chooseDatasets(deployed, planOf({ sales: ["1", "stores"], stores: ["2"], totals: ["1"] })).judged,
      ["sales", "stores"],
    )
  })

  it("are none that only one of the contracts has", () => {
    const chosen = chooseDatasets(planOf({ sales: ["1"], old: ["1"] }), planOf({ sales: ["1"], young: ["1"] }))
    assert.deepStrictEqual(chosen, { judged: [], unchanged: ["sales"], notCompared: ["young", "old"] })
  })
})

describe("reference data from before", () => {
  const versions = ["2026-01-02", "2026-01-01", "2026-01-03"].map((day, at) => ({
    key: `incoming/stores/${at}.csv`,
    versionId: `v${at}`,
    size: 1,
    etag: "",
    latest: true,
    modified: new Date(`${day}T06:00:00Z`),
  }))
  const store = Layer.mock(ObjectStore)({ versions: () => Stream.fromIterable(versions) })
  const earlier = (kind: "facts" | "reference", delivers: "wholeList" | "changes") => {
    const plan = planOf({ sales: ["1"], stores: ["1"] })
    const stores = { ...plan.datasets["stores"]!, kind, delivers }
    return earlierReference(
      "s",
      "stores",
      { ...plan, datasets: { ...plan.datasets, stores } },
      new Date("2026-01-03"),
    ).pipe(
      Effect.provide(store),
      Effect.map((runs) => runs.map(({ manifest }) => [manifest.runId, manifest.files[0]?.versionId])),
    )
  }

  it.effect("is the newest of the whole lists, or all changes in their order, and nothing of facts", () =>
    Effect.gen(function* () {
      const first = ["20260101T060000000Z-000000000000", "v1"]
      const second = ["20260102T060000000Z-000000000000", "v0"]
      assert.deepStrictEqual(yield* earlier("reference", "wholeList"), [second])
      assert.deepStrictEqual(yield* earlier("reference", "changes"), [first, second])
      assert.deepStrictEqual(yield* earlier("facts", "changes"), [])
    }),
  )
})

const AT = "2026-01-02T06:00:00.000Z"

describe("a file's name on this machine", () => {
  it("is its key, so that what is declared for a prefix holds", () => {
    const [first] = localFiles([{ key: "incoming/acme/a b.csv", eventTime: AT }], AT)
    assert.deepStrictEqual(first, {
      folder: "v0",
      key: "incoming/acme/a b.csv",
      eventTime: "2026-01-02T06:00:00.000000Z",
    })
  })

  it("leads nowhere else, and is no longer than a file system lets it be", () => {
    const [up, long] = localFiles([{ key: "incoming/../../x//y.csv" }, { key: `incoming/${"é".repeat(300)}.csv` }], AT)
    assert.strictEqual(up?.key, "incoming/_2/_2/x/_0/y.csv")
    assert.match(long?.key ?? "", /^incoming\/[0-9a-f]{64}\.csv$/)
  })

  it("is another for each version of a key, whose order stays", () => {
    const files = localFiles(
      [{ key: "incoming/a.csv", eventTime: AT }, { key: "incoming/A.csv", eventTime: AT }, { key: "incoming/a.csv" }],
      "2026-01-02T06:00:00.000000500Z",
    )
    assert.deepStrictEqual(
      files.map(({ eventTime, folder }) => [folder, eventTime.slice(17)]),
      [
        ["v0", "00.000000Z"],
        ["v1", "00.000001Z"],
        ["v2", "00.000002Z"],
      ],
    )
  })
})

describe("KPIs of two contracts", () => {
  it("are compared where a row is the same row", () => {
    const one = kpi("k")
    assert.isNull(notComparable(one, { ...one, measures: ["more"] }))
    assert.strictEqual(notComparable(undefined, one), "it is new")
    assert.strictEqual(notComparable(one, undefined), "it is no longer computed")
    assert.strictEqual(notComparable(one, { ...one, grain: "week" }), "a row stands for another time")
    assert.strictEqual(notComparable(one, { ...one, key: ["date", "store"] }), "its rows have another key")
  })

  it("differ to the last digit", () => {
    assert.strictEqual(subtract("12345678901234567890123456.0001", "0.0002"), "12345678901234567890123455.9999")
    assert.strictEqual(subtract(null, "2.5000"), "-2.5000")
    assert.strictEqual(subtract("7", null), "7")
  })
})
