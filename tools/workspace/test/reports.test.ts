import { assert, it } from "vitest"
import { closingLine, countReport } from "../src/test-all/reports.ts"

it("adds up the suites of a vitest report", () => {
  const xml = `<testsuites name="vitest" tests="5" failures="1"><testsuite name="a" tests="3" failures="1" errors="0" skipped="0"></testsuite><testsuite name="b" tests="2" failures="0" errors="0" skipped="1"></testsuite></testsuites>`
  assert.deepStrictEqual(countReport(xml), { passed: 3, failed: 1, skipped: 1 })
})

it("counts errors of a pytest report as failures", () => {
  const xml = `<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="0" tests="4" time="0.1"></testsuite></testsuites>`
  assert.deepStrictEqual(countReport(xml), { passed: 2, failed: 2, skipped: 0 })
})

it("closes with one plain line", () => {
  assert.strictEqual(closingLine({ passed: 7, failed: 0, skipped: 1 }), "7 passed, 0 failed, 1 skipped")
})
