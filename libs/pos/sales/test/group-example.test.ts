/** The rule about groups that docs/adding-a-rule.md has an author write. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { dataset, Expr, type GroupRule, groupReading, groupRule, reader } from "@pos/contract"
import { sales } from "../src/dataset.ts"
import { Sale } from "../src/model/index.ts"
import { rules } from "../src/rules/index.ts"

const page = readFileSync(join(import.meta.dirname, "../../../../docs/adding-a-rule.md"), "utf8")
const [, code = ""] = /export const returnedMoreThanSold = (groupRule\([\s\S]*?^\}\))/m.exec(page) ?? []
// oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval, typescript/no-unsafe-call -- it is our own page
const rule = new Function("Expr", "groupRule", "Sale", `return ${code}`)(Expr, groupRule, Sale) as GroupRule

const withRule = dataset({ ...sales, rules: rules, groupRules: [rule] })
const read = reader(withRule, { source: "text" })

const broken = (...quantities: ReadonlyArray<readonly [product: string, quantity: string]>) =>
  groupReading(
    withRule,
    quantities.map(([product_id, quantity], index) => {
      const revenue = quantity
      const sale = {
        transaction_id: `T-${index}`,
        store_id: "1",
        product_id,
        quantity,
        revenue,
        timestamp: "1767225600",
      }
      return read(sale).values
    }),
  )

describe("the page's rule about groups", () => {
  it("tells the returns of a product that was sold less often than it came back", () =>
    assert.deepStrictEqual(broken(["1", "2"], ["1", "-3"], ["2", "5"]), [[], ["returned_more_than_sold"], []]))

  it("is fine with returns of what was sold", () =>
    assert.deepStrictEqual(broken(["1", "3"], ["1", "-3"], ["2", "-1"], ["2", "1"]), [[], [], [], []]))
})
