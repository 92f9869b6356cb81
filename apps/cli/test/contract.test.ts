import { assert, describe, it } from "@effect/vitest"
import { otherContract } from "../src/target/contract.ts"

const contract = { name: "pos-sales", version: "1.1.0" }
const sales = { contract, reasons: {}, tables: { curated: { name: "sales", path: "curated/sales" }, kpis: [] } }
const plan = { hash: "sha256:aaaaaaaaaaaa1111", datasets: { sales } }
const local = { name: "the local AWS", local: true }

describe("the contract that a stack judges by", () => {
  it("is told when it is another than the workspace's, with what to do", () => {
    const deployed = { ContractHash: "sha256:bbbbbbbbbbbb2222" }
    assert.strictEqual(
      otherContract(plan, deployed, local),
      "Note: the local AWS judges by another contract (bbbbbbbbbbbb) than this workspace (pos-sales 1.1.0, aaaaaaaaaaaa). " +
        "To judge by this one: pos start.",
    )
    assert.include(
      otherContract(plan, deployed, { name: "the stack pos-prod", local: false }),
      "deploy the stack again.",
    )
  })

  it("is not spoken of when it is the same, or when an older stack does not say", () => {
    assert.isUndefined(otherContract(plan, { ContractHash: plan.hash }, local))
    assert.isUndefined(otherContract(plan, {}, local))
  })
})
