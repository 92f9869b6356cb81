import { assert, describe, it } from "@effect/vitest"
import { datasetOfKey, datasetPrefix, Manifest } from "@pos/pipeline"
import { Schema } from "effect"

const datasets = ["sales", "stores", "declared_totals"] as const

describe("the dataset of a key", () => {
  for (const [key, dataset] of Object.entries({
    "incoming/2025-03-01.csv": "sales",
    "incoming/berlin/2025-03-01.csv": "sales",
    "incoming/sales/a.csv": "sales",
    "incoming/declared_totals/a.csv": "declared_totals",
    "incoming/declared_totals/berlin/a.csv": "declared_totals",
    "incoming/stores/declared_totals/a.csv": "stores",
    "incoming/stores.csv": "sales",
    "incoming/stores2/a.csv": "sales",
    "incoming/Stores/a.csv": "sales",
    "incoming/berlin/stores/a.csv": "sales",
  })) {
    it(`of ${key} is ${dataset}`, () => {
      assert.strictEqual(datasetOfKey(key, datasets), dataset)
    })
  }

  it("is the one whose prefix it has", () => {
    for (const dataset of datasets) {
      assert.strictEqual(datasetOfKey(`${datasetPrefix(dataset)}a.csv`, datasets), dataset)
    }
  })
})

it("a manifest of a release that knew one dataset is read, and names none", () => {
  const manifest = { runId: "20250301T060000000Z-0123456789ab", eventTime: "2025-03-01T06:00:00Z", files: [] }
  assert.deepStrictEqual(Schema.decodeUnknownSync(Manifest)(manifest), manifest)
})
