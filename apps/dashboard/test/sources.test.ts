/** What may not stand in the page's sources. */
import { assert, describe, it } from "@effect/vitest"
import { datasets } from "@pos/datasets"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"

const src = join(import.meta.dirname, "../src")
const sources = globSync("**/*.{ts,tsx}", { cwd: src }).map((path) => ({
  path,
  text: readFileSync(join(src, path), "utf8"),
}))

const where = (pattern: RegExp): ReadonlyArray<string> =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path)

describe("the page's sources", () => {
  it("are there", () => {
    assert.isAbove(sources.length, 20)
  })

  it("never make markup or code from text: what a file holds stays text", () => {
    assert.deepStrictEqual(
      where(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\b|new Function|srcdoc|javascript:/i,
      ),
      [],
    )
  })

  it("name no KPI, dataset, column or measure: pages follow from the contract", () => {
    const names = datasets.flatMap(({ dataset, kpis }) => [
      dataset.table,
      ...kpis.flatMap(({ name, dimensions, measures, ratios }) => [
        name,
        ...[...dimensions, ...measures, ...ratios].map((one) => one.name),
      ]),
    ])
    const particular = [...new Set(names)].filter((name) => name.includes("_"))
    assert.isAbove(particular.length, 5)
    assert.deepStrictEqual(where(new RegExp(`\\b(${particular.join("|")})\\b`)), [])
  })

  it("ask nobody but the server that they came from", () => {
    assert.deepStrictEqual(where(/https?:\/\/|\bimport\(|WebSocket|sendBeacon|EventSource/), [])
  })
})
