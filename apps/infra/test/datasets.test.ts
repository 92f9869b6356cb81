/** A stack with several datasets. */
import { assert, describe, it } from "vitest"
import { SettingsError } from "../src/settings/settings.ts"
import { ofType, planOfTwo, properties, templateOf } from "./fixture.ts"
import { rightsOfRoles } from "./grants.ts"

const suppliers = [{ name: "acme", principal: "111122223333" }]
const template = templateOf({ stage: "dev", suppliers, expectDataBy: { sales: 9, counts: 20 } }, planOfTwo)

const resources = (who: RegExp, action: string) =>
  rightsOfRoles(template)
    .filter((grant) => who.test(grant.who) && grant.action === action)
    .map(({ resource }) => resource)

describe("a stack of two datasets", () => {
  it("tells the trigger and the command line which there are, the default one first", () => {
    const { Environment } = properties(template, "AWS::Lambda::Function", /Trigger/)
    assert.strictEqual(Environment.Variables.DATASETS, "sales,counts")
    assert.strictEqual(template.Outputs["Datasets"]?.Value, "sales,counts")
  })

  it("has the tables of both in its catalogue", () => {
    const names = ofType(template, "AWS::Glue::Table").map(([, { Properties }]) => Properties.TableInput.Name)
    assert.includeMembers(names, ["sales", "store_sales_per_day", "counts", "counted"])
  })

  for (const job of ["Transformation", "Maintenance"]) {
    it(`lets ${job.toLowerCase()} write the tables of both, and nothing else of the lake`, () => {
      const written = resources(new RegExp(`^Jobs${job}`), "s3:DeleteObject").filter((one) => one.includes("Lake"))
      assert.sameMembers(
        written.map((one) => one.replace(/^<[^>]*>/, "")),
        [
          "/curated/sales/*",
          "/kpi/total_sales_per_product_per_day/*",
          "/kpi/store_sales_per_day/*",
          "/curated/counts/*",
          "/kpi/counted/*",
        ],
      )
    })
  }

  it("lets a supplier send files of both, below its own name", () => {
    const sent = resources(/^Supplieracme/, "s3:PutObject").map((one) => one.replace(/^<[^>]*>/, ""))
    assert.sameMembers(sent, ["/incoming/acme/*", "/incoming/counts/acme/*"])
  })

  it("waits for each in its own hours, and has an alarm for each", () => {
    const alarms = ofType(template, "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties)
    const words = (name: string) => {
      const alarm = alarms.find(({ AlarmName }) => AlarmName === `pos-dev-${name}`)
      return `${alarm?.AlarmDescription} ${JSON.stringify(alarm?.Metrics)}`
    }
    assert.match(words("NoData"), /No file of sales came between 0:00 and 9:00 UTC.*"Name":"Dataset","Value":"sales"/)
    assert.match(
      words("NoData-counts"),
      /No file of counts came between 0:00 and 20:00 UTC.*"Name":"Dataset","Value":"counts"/,
    )
  })

  for (const [what, context, words] of [
    ["hours for one that there is not", { expectDataBy: { shops: 9 } }, /names shops, and there is no such dataset/],
    ["a supplier called like one", { suppliers: [{ ...suppliers[0], name: "counts" }] }, /counts is the name of a dat/],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => templateOf({ stage: "dev", ...context }, planOfTwo), SettingsError, words)
    })
  }
})
