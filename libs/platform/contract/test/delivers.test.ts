import { assert, describe, it } from "@effect/vitest"
import { dataset, type ReferenceDefinition } from "../src/index.ts"
import { Receipt, receipts, refusal } from "./receipt.ts"

const { acrossFiles: _, ...policies } = receipts.policies
const tills: ReferenceDefinition<typeof Receipt> = {
  kind: "reference",
  delivers: "wholeList",
  name: "tills",
  version: "1.0.0",
  description: "Tills",
  table: "tills",
  row: Receipt,
  key: ["id"],
  policies,
  rules: [],
}

/** What a definition is refused for, which may say what its type does not allow. */
const refusalOf = (stated: object): string =>
  refusal(() => dataset({ ...tills, ...stated } as ReferenceDefinition<typeof Receipt>))

describe("reference data", () => {
  it("are the whole list or changes, and what was sent last wins", () => {
    assert.strictEqual(dataset(tills).policies.acrossFiles, "latestWins")
    assert.strictEqual(dataset({ ...tills, delivers: "changes" }).delivers, "changes")
  })

  it.each([
    ["say nothing of what a file is", { delivers: undefined }, "reference data must say what a file is"],
    [
      "say something else of it",
      { delivers: "some" },
      "`delivers` is `wholeList` (all rows that there are) or `changes`",
    ],
    ["keep the first row", { policies: { ...policies, acrossFiles: "keepFirst" } }, "what was sent last always wins"],
    ["have a business date", { businessDate: { timeZone: "UTC", cutoffHour: 0 } }, "has no business date"],
    ["have a canary", { canary: { date: "2000-02-29", where: { till: 99 } } }, "reference data have no canary"],
    [
      "drop rows of a whole list that are invalid",
      { policies: { ...policies, fileTolerance: 0.01 } },
      "`fileTolerance` must be 0 where a file is the whole list",
    ],
  ])("are refused when they %s", (_what, stated, expected) => assert.include(refusalOf(stated), expected))

  it("may set aside invalid rows of changes", () => {
    assert.strictEqual(
      refusalOf({ delivers: "changes", policies: { ...policies, fileTolerance: 0.5 } }),
      "nothing is wrong",
    )
  })
})

it("facts say nothing of how they are delivered", () => {
  assert.include(
    refusalOf({ ...receipts, delivers: "changes" }),
    "`delivers` is for reference data: each file of facts adds rows",
  )
})
