import { assert, describe, it } from "@effect/vitest"
import { place } from "../src/upload/keys.ts"

const file = (name: string, path = name) => ({ name, path, size: 1 })

describe("keys in the source bucket", () => {
  it("keep a file's name and the folders below the one that was named", () => {
    const keys = place([file("day.csv"), file("2017/01/day.csv")]).map(({ key }) => key)
    assert.deepStrictEqual(keys, ["incoming/day.csv", "incoming/2017/01/day.csv"])
  })

  it("keep files of the same name apart, so that none hides another", () => {
    const keys = place([
      file("day.csv.gz", "a/day.csv.gz"),
      file("day.csv.gz", "b/day.csv.gz"),
      file(".x"),
      file("n"),
      file("n"),
    ])
    assert.deepStrictEqual(
      keys.map(({ key }) => key),
      ["incoming/day.csv.gz", "incoming/day-2.csv.gz", "incoming/.x", "incoming/n", "incoming/n-2"],
    )
  })
})
