/** How a run fails: with its reason, its evidence and what to do next, and people are told. */
import { assert, describe, it } from "vitest"
import { Failure } from "@pos/pipeline"
import { Schema } from "effect"
import { type Answer } from "./interpreter.ts"
import { glueFailure, input, reason, run, runId, verdicts } from "./runs.ts"

describe("a failed run", () => {
  it("ends with fewer words than Step Functions allows, whatever the job said", async () => {
    const { cause = "" } = await run({ ValidateShard: glueFailure('"'.repeat(30_000)) })
    assert.isBelow(cause.length, 32_768)
    assert.include(cause, "The validation job failed")
  })

  const failures: ReadonlyArray<readonly [string, Readonly<Record<string, Answer>>, string, RegExp]> = [
    [
      "whose files are all bad",
      { ReadVerdicts: verdicts(0, 2, 1, [reason("not_utf8", 1, "error", null)]) },
      "Pos.NoValidFile",
      /No file is valid, 2 rejected: not_utf8/,
    ],
    [
      "whose validation failed",
      { ValidateShard: glueFailure('The plan "x" is damaged.\nBuild it again.') },
      "Pos.ValidationFailed",
      /The validation job failed: The plan "x" is damaged\.\nBuild it again\./,
    ],
    [
      "whose validation never came back",
      { ValidateShard: { error: { Error: "States.Timeout" } } },
      "Pos.ValidationFailed",
      /\(States.Timeout\): no cause was given/,
    ],
    [
      "whose validation left no summary",
      { ReadVerdicts: { error: { Error: "S3.NoSuchKeyException", Cause: "The specified key does not exist." } } },
      "Pos.NoValidationSummary",
      /S3.NoSuchKeyException/,
    ],
    [
      "whose summary is damaged",
      { ReadVerdicts: { result: { Body: "{" } } },
      "Pos.NoValidationSummary",
      /States.QueryEvaluationError/,
    ],
    [
      "whose load failed",
      { Load: glueFailure("The lake is gone.") },
      "Pos.TransformationFailed",
      /The transformation job failed: The lake is gone\./,
    ],
    [
      "whose load was never given its turn",
      { Load: { error: { Error: "Glue.ConcurrentRunsExceededException", Cause: "Concurrent runs exceeded" } } },
      "Pos.TransformationFailed",
      /ConcurrentRunsExceeded/,
    ],
    [
      "whose load left no summary",
      { ReadLoad: { error: { Error: "S3.NoSuchKeyException", Cause: "gone" } } },
      "Pos.NoTransformationSummary",
      /gone/,
    ],
  ]

  for (const [name, changed, error, words] of failures) {
    it(`${name} tells once: reason, evidence, next command`, async () => {
      const ended = await run(changed)
      assert.deepStrictEqual(
        ended.path.filter((state) => state.startsWith("Notify")),
        ["NotifyFailure"],
      )
      assert.deepStrictEqual(ended.path.slice(-3), ["DescribeFailure", "NotifyFailure", "Failed"])
      assert.strictEqual(ended.error, error)
      const failure = Schema.decodeUnknownSync(Schema.fromJsonString(Failure))(ended.cause)
      assert.match(failure.reason, words)
      assert.strictEqual(failure.next, `npx pos runs ${runId} --stack pos-dev`)
      const evidence = failure.evidence.join("\n")
      for (const part of [
        input.manifest,
        "/validation/files.jsonl",
        `date=2025-03-01/run=${runId}/`,
        "arn:execution",
      ]) {
        assert.include(evidence, part)
      }
      const notice = String(ended.calls.NotifyFailure?.Message)
      for (const part of [failure.reason, ...failure.evidence, failure.next]) assert.include(notice, part)
      assert.isBelow(String(ended.calls.NotifyFailure?.Subject).length, 100)
    })
  }

  it("points to the log of the job that failed", async () => {
    const { cause } = await run({ Load: glueFailure("no") })
    assert.include(cause, "aws logs tail /pos/dev/transformation/output --log-stream-names jr_7-driver")
    const validation = await run({ ValidateShard: glueFailure("no") })
    assert.include(validation.cause, "aws logs tail /aws-glue/python-jobs/error --log-stream-names jr_7")
  })

  it("fails with its own reason even when nobody can be told", async () => {
    const { error } = await run({
      Load: glueFailure("no"),
      NotifyFailure: { error: { Error: "SNS.NotFoundException" } },
    })
    assert.strictEqual(error, "Pos.TransformationFailed")
  })
})
