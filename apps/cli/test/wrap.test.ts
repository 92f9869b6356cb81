import { assert, describe, it } from "@effect/vitest"
import { wrap } from "../src/output/wrap.ts"

describe("a line that is wider than the screen", () => {
  it("is broken between words, and goes on indented", () => {
    assert.deepStrictEqual(wrap("  one two three four", 4, 11), ["  one two", "    three", "    four"])
  })

  it("keeps a path, an address or an id in one piece", () => {
    const path = "/a/very/long/path/that/people/copy.csv"
    assert.deepStrictEqual(wrap(`See ${path} now`, 2, 20), ["See", `  ${path}`, "  now"])
  })

  it("is measured by what it shows, not by colour codes", () => {
    const red = "\u001b[31mred\u001b[39m"
    assert.deepStrictEqual(wrap(`${red} ${red}`, 0, 7), [`${red} ${red}`])
  })

  it("stays as it is when it fits", () => {
    assert.deepStrictEqual(wrap("  a  b", 2, 6), ["  a  b"])
  })
})
