/** How checks end, and what is compared with what. */
import { AwsError } from "@pos/aws"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Check, NotChecked, Problem } from "../src/check.ts"
import { differences } from "../src/checks/catalogue.ts"
import { rightsOf } from "../src/checks/rights.ts"
import { renderResults, summarize } from "../src/render.ts"
import { runChecks } from "../src/run-checks.ts"
import { differing, resolved, type Template } from "../src/template.ts"

const check = (name: string, prove: Check<never>["prove"]): Check<never> => ({ name, title: `the ${name}`, prove })
const refused = (code: string) =>
  new AwsError({ operation: "reading", code, detail: "no", retryable: false, cause: undefined })

describe("a check", () => {
  const checks = [
    check("good", Effect.succeed("3 tables")),
    check("bad", new Problem({ what: "A table is\nmissing.", next: "Deploy." })),
    check("left", new NotChecked({ reason: "Nobody asked." })),
    check("denied", refused("AccessDeniedException")),
    check("down", refused("ServiceUnavailable")),
    check(
      "broken",
      Effect.sync(() => {
        throw new Error("oops")
      }),
    ),
    check("last", Effect.succeed("seen all the same")),
  ]

  it.effect("hides no other, whatever goes wrong in it, and says so in one line", () =>
    Effect.gen(function* () {
      const results = yield* runChecks(checks)
      assert.deepStrictEqual(
        results.map(({ detail, name, status }) => [name, status, detail]),
        [
          ["good", "passed", "3 tables"],
          ["bad", "failed", "A table is missing. Deploy."],
          ["left", "skipped", "Nobody asked."],
          [
            "denied",
            "skipped",
            "These credentials may not do it: reading: no (AccessDeniedException). docs/deploying.md lists the rights.",
          ],
          ["down", "failed", "AWS refused, or did not answer: reading: no (ServiceUnavailable)."],
          ["broken", "failed", "The check itself broke: Error: oops"],
          ["last", "passed", "seen all the same"],
        ],
      )
      assert.strictEqual(summarize(results), "7 checks: 2 passed, 3 failed, 2 skipped")
      assert.lengthOf(renderResults(results), checks.length)
    }),
  )
})

const columns = [
  { name: "id", type: "string", nullable: false, comment: "" },
  { name: "date", type: "date", nullable: false, comment: "" },
]
const curated = {
  name: "sales",
  path: "curated/sales",
  columns,
  partitionBy: ["date"],
  key: ["id"],
  keyScope: ["date"],
}
const location = "s3://lake/curated/sales/"

const found = (
  table: Partial<{ name: string; location: string; columns: ReadonlyArray<{ name: string; type: string }> }>,
) => differences([{ name: "sales", location, columns, ...table }], [curated], "lake")

describe("a catalogue", () => {
  it("that has the plan's tables differs in nothing", () => {
    assert.deepStrictEqual(found({}), [])
  })

  it("is told what it lacks, has too many, and has otherwise", () => {
    assert.deepStrictEqual(found({ columns: [{ name: "id", type: "int" }] }), [
      "sales.id is int, not string",
      "sales lacks the column date",
    ])
    assert.deepStrictEqual(found({ columns: [...columns, { name: "more", type: "int" }] }), [
      "sales has a column more that the plan lacks",
    ])
    assert.deepStrictEqual(found({ columns: columns.toReversed() }), ["the columns of sales are in another order"])
    assert.deepStrictEqual(found({ location: "s3://old/" }), [`sales points to s3://old/, not to ${location}`])
    assert.deepStrictEqual(found({ name: "sales_2" }), ["the table sales is missing", "the plan has no table sales_2"])
  })
})

const place = {
  account: "123456789012",
  region: "eu-west-1",
  resources: [
    { id: "Lake", physicalId: "pos-lake", type: "AWS::S3::Bucket" },
    { id: "Role", physicalId: "pos-role", type: "AWS::IAM::Role" },
  ],
}

describe("a template", () => {
  const arn = { "Fn::GetAtt": ["Lake", "Arn"] }

  it("has its references replaced by what is deployed", () => {
    assert.strictEqual(resolved({ "Fn::Join": ["", [arn, "/runs/*"]] }, place), "arn:aws:s3:::pos-lake/runs/*")
    assert.strictEqual(resolved({ "Fn::Sub": "a-${AWS::AccountId}-${AWS::Region}" }, place), "a-123456789012-eu-west-1")
    assert.strictEqual(resolved({ Ref: "Role" }, place), "pos-role")
    assert.isUndefined(resolved({ "Fn::Join": ["", [{ Ref: "Gone" }, "/"]] }, place))
  })

  it("differs by the resources that another lacks or has otherwise, whatever the order of their properties", () => {
    const one: Template = { Resources: { A: { Type: "T", Properties: { x: 1, y: 2 } }, B: { Type: "T" } } }
    const other: Template = { Resources: { A: { Type: "T", Properties: { y: 2, x: 1 } }, C: { Type: "T" } } }
    assert.deepStrictEqual(differing(one, other), ["B", "C"])
  })

  it("says which rights its roles need, each by an example that meets its conditions", () => {
    const statement = (more: object) => ({ Effect: "Allow", Action: "s3:GetObject", Resource: arn, ...more })
    const Statement = [
      statement({ Action: ["s3:PutObject", "s3:GetObject"], Resource: { "Fn::Join": ["", [arn, "/runs/*"]] } }),
      statement({ Action: "s3:ListBucket", Condition: { StringLike: { "s3:prefix": ["runs/*"] } } }),
      statement({ Condition: { NumericLessThan: { "s3:max-keys": "10" } } }),
      statement({ Effect: "Deny" }),
    ]
    const template: Template = {
      Resources: {
        Policy: { Type: "AWS::IAM::Policy", Properties: { PolicyDocument: { Statement }, Roles: [{ Ref: "Role" }] } },
      },
    }
    const role = "pos-role"
    assert.deepStrictEqual(rightsOf(template, place), {
      left: 1,
      rights: [
        { role, actions: ["s3:PutObject", "s3:GetObject"], resource: "arn:aws:s3:::pos-lake/runs/smoke", context: {} },
        { role, actions: ["s3:ListBucket"], resource: "arn:aws:s3:::pos-lake", context: { "s3:prefix": "runs/smoke" } },
      ],
    })
  })
})
