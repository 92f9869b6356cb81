/** Nothing from outside does anything to a screen. */
import { assert, describe, it } from "@effect/vitest"
import { InvalidRequest } from "../src/errors.ts"
import { jsonDocument } from "../src/output/json.ts"
import { quoted } from "../src/output/text.ts"
import { safeJson, visible } from "../src/output/visible.ts"
import { renderReport } from "../src/report/files.ts"

const HOSTILE = "a\u001b[95m\u0007\u009b1m\u202eb\u2028\ufeff\u200b\ud800\u{e0041}é😀"
const SHOWN = "a\\x1b[95m\\x07\\x9b1m\\u202eb\\u2028\\ufeff\\u200b\\ud800\\u{e0041}é😀"

/* oxlint-disable no-control-regex -- colours are what this is for */
/** Reports have colours where they are forced; none of them is that of the text from outside. */
const withoutOwnColours = (line: string): string => line.replaceAll(/\u001b\[(?!95m)\d+m/g, "")
/* oxlint-enable no-control-regex */

describe("a text from outside", () => {
  it("is shown with what can't be seen written out", () => {
    assert.strictEqual(visible(HOSTILE), SHOWN)
    assert.strictEqual(visible('T-1001 日本 \\ "'), 'T-1001 日本 \\ "')
    assert.strictEqual(visible("a\r\n\tb"), "a\\r\\n\\tb")
  })

  it("is the same in JSON, which a screen can show as well", () => {
    const document = { [HOSTILE]: [HOSTILE, { deep: "x\ny" }] }
    for (const text of [safeJson(document), jsonDocument(document)]) {
      assert.deepStrictEqual(JSON.parse(text), document)
      assert.strictEqual(visible(text.replaceAll("\n", "")), text.replaceAll("\n", ""))
      assert.include(text, "é😀")
    }
  })

  it("is written out wherever a report or an error has it: file, message, column, value", () => {
    const reason = {
      code: "x",
      rule: "x",
      severity: "error",
      column: HOSTILE,
      count: 1,
      message: HOSTILE,
      samples: [{ line: 2, column: HOSTILE, value: HOSTILE }],
    } as const
    const rows = { total: 1, valid: 0, invalid: 1 }
    const lines = renderReport({ file: HOSTILE, verdict: "rejected", rows, reasons: [reason] }, {})
    const error = new InvalidRequest({ problem: HOSTILE, remedy: "See: pos --help" })
    for (const line of [...lines.map(withoutOwnColours), ...error.message.split("\n"), quoted(HOSTILE)])
      assert.strictEqual(visible(line), line)
    assert.include(lines.join("\n"), "\\x1b[95m")
  })
})
