import { assert, describe, it } from "@effect/vitest"
import { failureOf, runIdOfExecution } from "../src/report.ts"

const RUN = "20170101T060000123Z-0123456789ab"

const ended = { arn: "arn", name: RUN, status: "FAILED", started: new Date(0) } as const

describe("why a run failed", () => {
  it("is told in the words of the state machine's Fail state", () => {
    const cause = JSON.stringify({
      runId: RUN,
      reason: "No file was valid.",
      evidence: ["s3://r/summary.json"],
      next: "pos runs last",
    })
    assert.deepStrictEqual(failureOf({ ...ended, error: "NoValidFiles", cause }), {
      reason: "No file was valid.",
      evidence: ["s3://r/summary.json"],
      next: "pos runs last",
    })
  })

  it("is whatever Step Functions says when there are no such words", () => {
    assert.strictEqual(failureOf({ ...ended, error: "States.Timeout" })?.reason, "States.Timeout")
    assert.strictEqual(failureOf({ ...ended, status: "ABORTED" })?.reason, "The run ended as ABORTED.")
    assert.strictEqual(failureOf({ ...ended, status: "SUCCEEDED" }), null)
  })
})

describe("the run of an execution", () => {
  it("has the execution's name", () => {
    assert.strictEqual(runIdOfExecution({ ...ended, status: "RUNNING" }), RUN)
  })

  it("is none where somebody started the execution by hand", () => {
    assert.isUndefined(runIdOfExecution({ ...ended, name: "try-again" }))
  })
})
