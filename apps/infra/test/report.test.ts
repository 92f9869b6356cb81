/** The Lambda that writes reports, where a stage wants them. */
import { assert, describe, it } from "vitest"
import { type Template, ofType, properties, templateOf } from "./fixture.ts"

const told = templateOf({ stage: "prod", report: "true", currency: "EUR", dpuPrice: "0.44" })
const untold = templateOf({ stage: "prod" })

const variables = (template: Template) =>
  properties(template, "AWS::Lambda::Function", /Reporter/).Environment.Variables

describe("a report", () => {
  it("is asked for when an execution has ended well, outside of it", () => {
    const { EventPattern, Targets } = properties(told, "AWS::Events::Rule", /Report/)
    assert.deepStrictEqual(EventPattern.detail.status, ["SUCCEEDED"])
    assert.deepStrictEqual(Targets[0].InputTransformer.InputPathsMap, { "detail-name": "$.detail.name" })
    assert.notMatch(JSON.stringify(properties(told, "AWS::StepFunctions::StateMachine")), /Reporter|lambda/)
  })

  it("is asked for by that rule alone", () => {
    const [rule] = Object.keys(told.Resources).filter((id) => id.startsWith("ReportLoaded") && !id.includes("Allow"))
    const permissions = ofType(told, "AWS::Lambda::Permission").map(([, { Properties }]) => Properties)
    assert.lengthOf(permissions, 1)
    assert.strictEqual(permissions[0]?.Principal, "events.amazonaws.com")
    assert.deepStrictEqual(permissions[0]?.SourceArn, { "Fn::GetAtt": [rule, "Arn"] })
  })

  it("shows the currency and the price of the settings, or none", () => {
    assert.deepInclude(variables(told), { CURRENCY: "EUR", DPU_PRICE: "0.44", DEFAULT_DATASET: "sales" })
    const none = Object.keys(variables(templateOf({ stage: "dev", report: "true" })))
    assert.isEmpty(none.filter((name) => /CURRENCY|DPU_PRICE/.test(name)))
  })

  it("that is late waits for an hour, and is tried three times", () => {
    const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = properties(told, "AWS::Lambda::EventInvokeConfig")
    assert.deepStrictEqual([MaximumEventAgeInSeconds, MaximumRetryAttempts], [3600, 2])
  })

  it("lies where an output says", () => {
    assert.include(JSON.stringify(told.Outputs.ReportsUri?.Value), "reports/")
    assert.isUndefined(untold.Outputs.ReportsUri)
  })
})
