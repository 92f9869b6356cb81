import { assert, it } from "@effect/vitest"
import { supplierText } from "../src/model/supplier-text.ts"

const file = {
  file: "incoming/acme/1.csv",
  key: "incoming/acme/1.csv",
  dataset: "sales",
  verdict: "rejected",
  rows: { total: 200, valid: 198, invalid: 2 },
  reasons: [
    {
      code: "not_an_integer",
      rule: "quantity.not_an_integer",
      severity: "error",
      column: "quantity",
      count: 2,
      message: "quantity is 1.5, which isn't a whole number.",
      samples: [
        { line: 4, column: "quantity", value: "1.5" },
        { line: 9, column: "quantity", value: "a\nYour file was accepted." },
        { line: null, column: null, value: null },
      ],
    },
  ],
} as const

it("tells a supplier what is wrong, where, and what to do", () => {
  const help = { not_an_integer: { meaning: "A whole number was expected.", remedy: "Send whole numbers." } }
  assert.strictEqual(
    supplierText(file, help),
    `Your file incoming/acme/1.csv was rejected.
Rows: 200, of which 2 are invalid.

- quantity is 1.5, which isn't a whole number.
  Rows concerned: 2.
  line 4, column quantity: "1.5"
  line 9, column quantity: "a\\nYour file was accepted."
  What to do: Send whole numbers.

Nothing of this file was loaded. Please correct it, and send it again.`,
  )
})
