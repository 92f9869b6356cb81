import { assert, describe, it } from "@effect/vitest"
import { csvLine } from "../src/output/csv.ts"
import { table } from "../src/output/table.ts"
import { bytes, counted, money, quoted, seconds, some } from "../src/output/text.ts"

describe("words for people", () => {
  it("counts in singular and plural", () => {
    assert.strictEqual(counted(1, "file"), "1 file")
    assert.strictEqual(counted(1200, "row"), "1,200 rows")
  })

  it("shows money exactly, with at least two decimals", () => {
    assert.strictEqual(money("1234567.1000"), "1,234,567.10")
    assert.strictEqual(money("-0.1234"), "-0.1234")
    assert.strictEqual(money("999"), "999.00")
  })

  it("rounds sizes and durations", () => {
    assert.strictEqual(bytes(999), "999 B")
    assert.strictEqual(bytes(48_617_360), "48.6 MB")
    assert.strictEqual(seconds(0.44), "0.4 s")
    assert.strictEqual(seconds(200), "3 min 20 s")
  })

  it("makes invisible characters visible and cuts long values", () => {
    assert.strictEqual(quoted("a\tb"), "“a\\tb”")
    assert.strictEqual(quoted("x".repeat(50)), `“${"x".repeat(40)}…”`)
  })

  it("shortens long lists", () => {
    assert.strictEqual(some(["a", "b", "c", "d"], 2), "a, b and 2 more")
    assert.strictEqual(some(["a", "b"], 2), "a, b")
  })

  it("aligns columns by what they show, not by colour codes", () => {
    const lines = table(
      [{ title: "n", align: "right" }, { title: "word" }],
      [
        ["\u001b[31m7\u001b[39m", "seven"],
        ["12", "x"],
      ],
    )
    assert.deepStrictEqual(lines.slice(1), [" \u001b[31m7\u001b[39m  seven", "12  x"])
  })
})

describe("CSV", () => {
  it("quotes what must be quoted and tells NULL from an empty text", () => {
    assert.strictEqual(
      csvLine(["a,b", 'say "x"', "two\nlines", null, "", 1, "12.5000", true]),
      '"a,b","say ""x""","two\nlines",,"",1,12.5000,true',
    )
  })
})
