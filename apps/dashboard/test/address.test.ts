import { assert, describe, it } from "@effect/vitest"
import { link, parse, question } from "../src/model/address.ts"

describe("addresses", () => {
  it("are read back as they were made, whatever a name holds", () => {
    const where = '{"name":"a & b?#/%"}'
    const address = link("number", "a/b ü", { date: "2026-01-31", where, search: "" })
    assert.deepStrictEqual(parse(address), { page: "number", name: "a/b ü", query: { date: "2026-01-31", where } })
  })

  it("begin with the first page", () => {
    assert.deepStrictEqual(parse(""), { page: "", name: undefined, query: {} })
    assert.deepStrictEqual(parse("#/?date=2026-01-31"), { page: "", name: undefined, query: { date: "2026-01-31" } })
  })

  it("that somebody broke are pages that there aren't, not faults", () => {
    assert.deepStrictEqual(parse("#/kpi/%E0%A4%A"), { page: "kpi", name: "%E0%A4%A", query: {} })
  })
})

describe("questions", () => {
  it("have one form, whatever the order in which they are put together", () => {
    assert.strictEqual(question("/api/x", { to: "b", from: "a", search: "" }), "/api/x?from=a&to=b")
    assert.strictEqual(question("/api/x", { offset: 0 }), "/api/x?offset=0")
    assert.strictEqual(question("/api/x"), "/api/x")
  })
})
