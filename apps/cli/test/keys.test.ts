import { assert, describe, it } from "@effect/vitest"
import { place } from "../src/upload/keys.ts"

const file = (name: string, path = name, dataset = "sales") => ({ file: { name, path, size: 1 }, dataset })
const of = (dataset: string, name: string) => place([file(name, name, dataset)], datasets)[0]?.key
const datasets = ["sales", "stores", "declared_totals"] as const

describe("keys in the source bucket", () => {
  it("keep a file's name and the folders below the one that was named", () => {
    const keys = place([file("day.csv"), file("2017/01/day.csv")], datasets).map(({ key }) => key)
    assert.deepStrictEqual(keys, ["incoming/day.csv", "incoming/2017/01/day.csv"])
  })

  it("keep files of the same name apart, so that none hides another", () => {
    const keys = place(
      [file("day.csv.gz", "a/day.csv.gz"), file("day.csv.gz", "b/day.csv.gz"), file(".x"), file("n"), file("n")],
      datasets,
    )
    assert.deepStrictEqual(
      keys.map(({ key }) => key),
      ["incoming/day.csv.gz", "incoming/day-2.csv.gz", "incoming/.x", "incoming/n", "incoming/n-2"],
    )
  })

  it("say the dataset, once, unless it is the default one", () => {
    assert.strictEqual(of("stores", "all.csv"), "incoming/stores/all.csv")
    assert.strictEqual(of("stores", "stores/all.csv"), "incoming/stores/all.csv")
    assert.strictEqual(of("declared_totals", "stores/all.csv"), "incoming/declared_totals/stores/all.csv")
    assert.strictEqual(of("sales", "sales/all.csv"), "incoming/sales/all.csv")
  })

  it("of the default dataset say it where they would mean another", () => {
    const [placed] = place([file("stores/17.csv")], datasets)
    assert.strictEqual(placed?.key, "incoming/sales/stores/17.csv")
  })
})
