import { assert, describe, it } from "vitest"
import { execute } from "./interpreter.ts"
import { answers, glueFailure, input, machine, ok, run } from "./runs.ts"

describe("a job for which Glue has no capacity", () => {
  const refusals = [
    "Exceeded maximum concurrent compute capacity",
    "Resource unavailable",
    "Max concurrent job runs per account exceeded",
    "Max concurrent compute (DPU usage) exceeded",
  ]
  for (const words of refusals) {
    it(`is run again until there is some: ${words}`, async () => {
      const refused = glueFailure(words)
      const { error, path, waits } = await run({ ValidateShard: [refused, ok], Load: [refused, refused, refused, ok] })
      assert.isUndefined(error)
      assert.strictEqual(path.filter((state) => state === "ValidateShard").length, 2)
      assert.strictEqual(path.filter((state) => state === "Load").length, 4)
      for (const [index, [least, most]] of [
        [30, 60],
        [30, 60],
        [60, 120],
        [120, 240],
      ].entries()) {
        assert.isAtLeast(waits[index] ?? 0, least!)
        assert.isAtMost(waits[index] ?? 0, most!)
      }
    })
  }

  it("makes only its own shard wait", async () => {
    const ended = await execute(
      machine,
      { ...input, shards: 3 },
      { ...answers, ValidateShard: [ok, glueFailure(refusals[0]!), ok] },
    )
    assert.isUndefined(ended.error)
    assert.strictEqual(ended.waits.length, 1)
    assert.strictEqual(ended.path.filter((state) => state === "ValidateShard").length, 4)
    assert.nestedPropertyVal(ended.calls["ValidateShard[1]"], "Arguments.--shard", "1")
  })

  for (const [task, what] of [
    ["ValidateShard", "validation"],
    ["Load", "transformation"],
  ] as const) {
    it(`fails the run after hours, and says so in words: ${task}`, async () => {
      const { calls, path, waits } = await run({ [task]: glueFailure("Resource unavailable") })
      const total = waits.reduce((sum, one) => sum + one, 0)
      assert.isAtLeast(total, 2 * 3600)
      assert.isAtMost(total, 5 * 3600)
      assert.strictEqual(path.at(-1), "Failed")
      const notice = String(calls.NotifyFailure?.Message)
      assert.match(
        notice,
        new RegExp(
          `The ${what} job failed, because AWS had no capacity for it, though it was asked for hours: Resource unavailable`,
        ),
      )
      assert.include(notice, "Nothing is lost. Repeat the run when other jobs of the account have ended")
    })
  }

  it("waits for nothing else: an error of its own, a time-out, a denied right", async () => {
    for (const Load of [
      glueFailure("OSError: [Errno 11] Resource temporarily unavailable"),
      { error: { Error: "States.Timeout" } },
      { error: { Error: "Glue.AccessDeniedException", Cause: "not authorized" } },
    ]) {
      const { path, waits } = await run({ Load })
      assert.deepStrictEqual([path.at(-1), waits], ["Failed", []])
    }
    const { cause, waits } = await run({
      ValidateShard: { error: { Error: "Glue.AccessDeniedException", Cause: "not authorized" } },
    })
    assert.include(cause, "The validation job failed (Glue.AccessDeniedException): not authorized")
    assert.deepStrictEqual(waits, [])
  })
})
