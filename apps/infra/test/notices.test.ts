/** Notices that EventBridge makes of events are what their Schemas say; those of the state machine: state-machine.test.ts. */
import { notices } from "@pos/pipeline"
import { Schema } from "effect"
import { assert, describe, it } from "vitest"
import { properties, templateOf } from "./fixture.ts"

const template = templateOf({ stage: "prod" })

/** The text that EventBridge sends for an event with these values: with the template's quotes, and nothing escaped. */
const sent = (rule: RegExp, values: Readonly<Record<string, string>>): string => {
  const [{ InputTransformer }] = properties(template, "AWS::Events::Rule", rule)["Targets"]
  const { InputPathsMap, InputTemplate } = InputTransformer as {
    readonly InputPathsMap: Readonly<Record<string, string>>
    readonly InputTemplate: string
  }
  return Object.entries(InputPathsMap).reduce(
    (text, [name, path]) => text.replaceAll(`<${name}>`, values[path] ?? `no ${path}`),
    InputTemplate,
  )
}

describe("people are told", () => {
  it.each([/UncaughtEnded/, /UncaughtBroken/])("of a run that could not tell by itself: %s", (rule) => {
    const text = sent(rule, {
      "$.detail.name": "20250601T000000000Z-0123456789ab",
      "$.detail.status": "TIMED_OUT",
      "$.detail.executionArn": "arn:aws:states:eu-west-1:111122223333:execution:pos-prod:1",
    })
    const { evidence, next, said } = Schema.decodeUnknownSync(notices.runEnded)(text)
    assert.lengthOf(said, 1)
    assert.deepStrictEqual(evidence, ["arn:aws:states:eu-west-1:111122223333:execution:pos-prod:1"])
    assert.strictEqual(next.command, "npx pos runs --stack pos-prod 20250601T000000000Z-0123456789ab")
  })

  it("of maintenance that failed", () => {
    const text = sent(/FailedMaintenance/, {
      "$.detail.state": "FAILED",
      "$.detail.message": 'The disk "tmp" is full.',
      "$.detail.jobRunId": "jr_1",
    })
    const { evidence, next, said } = Schema.decodeUnknownSync(notices.maintenanceFailed)(text)
    assert.match(said[0], /: The disk "tmp" is full\.$/)
    assert.match(evidence[0], /^aws logs tail \S+ --log-stream-names jr_1/)
    assert.match(next.command, /^aws glue start-job-run --job-name pos-prod-maintenance$/)
  })

  it("nothing that lacks evidence, or a command", () => {
    for (const text of [
      "Run 1 of sales failed.\nIt broke.\nEvidence:\nManifest: s3://b/k",
      "Run 1 of sales failed.\nNext: x",
    ])
      assert.throws(() => Schema.decodeUnknownSync(notices.runFailed)(text), /each on lines of its own/)
  })
})
