import { assert, describe, it } from "@effect/vitest"
import { otherContract, otherContracts } from "../src/target/contract.ts"

const dataset = (hash: string, version: string) => ({
  hash: `sha256:${hash}`,
  contract: { name: "pos", version },
})
const plan = {
  hash: "sha256:aaaaaaaaaaaa1111",
  datasets: { sales: dataset("5a1e55a1e55a1e5", "1.1.0"), stores: dataset("5703e55703e5570", "1.0.0") },
}
const local = { name: "the local AWS", local: true }
const prod = { name: "the stack pos-prod", local: false }
const same = "sales=5a1e55a1e55a,stores=5703e55703e5"

describe("the contracts that a stack works by", () => {
  it("are told in one line where they are others than the checkout's, with what to do", () => {
    assert.strictEqual(
      otherContract(plan, { DatasetHashes: "sales=bbbbbbbbbbbb,stores=5703e55703e5" }, local),
      "Note: the contract deployed to the local AWS is not this checkout's: sales is bbbbbbbbbbbb there and 5a1e55a1e55a (1.1.0) here. " +
        "What deploying would change: pos plan. To do it: pos start.",
    )
    const prods = otherContract(plan, { DatasetHashes: "sales=bbbbbbbbbbbb,totals=cccccccccccc" }, prod) ?? ""
    assert.include(prods, "; stores 1.0.0 is not deployed; totals is deployed, and no dataset here.")
    assert.include(prods, "pos plan --stack pos-prod. To do it: deploy the stack again.")
    assert.notInclude(prods, "\n")
  })

  it("are named for scripts", () => {
    assert.deepStrictEqual(otherContracts(plan, { DatasetHashes: "sales=bbbbbbbbbbbb,stores=5703e55703e5" }), [
      { dataset: "sales", deployed: "bbbbbbbbbbbb", here: "5a1e55a1e55a" },
    ])
    assert.deepStrictEqual(otherContracts(plan, { DatasetHashes: same }), [])
    assert.isUndefined(otherContracts(plan, {}))
  })

  it("are not spoken of where they are the same", () => {
    assert.isUndefined(otherContract(plan, { ContractHash: "sha256:other", DatasetHashes: same }, local))
  })

  it("are compared as a whole with a stack that does not tell of each", () => {
    assert.include(
      otherContract(plan, { ContractHash: "sha256:bbbbbbbbbbbb2222" }, prod),
      "deployed to the stack pos-prod is not this checkout's. What deploying",
    )
    assert.isUndefined(otherContract(plan, { ContractHash: plan.hash }, local))
    assert.isUndefined(otherContract(plan, {}, local))
  })
})
