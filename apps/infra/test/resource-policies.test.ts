/** Who may do what with a resource, and who may take on a role, as the resources' and roles' own policies say. */
import { assert, describe, it } from "vitest"
import { ofType, templateOf } from "./fixture.ts"
import { flat, type Statement } from "./grants.ts"

const template = templateOf({ stage: "prod" })
const encrypted = templateOf({ stage: "prod", encryption: "customer-managed" })

describe("the lake", () => {
  const lake = ofType(template, "AWS::S3::BucketPolicy").find(([id]) => id.includes("Lake"))![1]
  const guard = (lake.Properties.PolicyDocument.Statement as ReadonlyArray<Statement>).find(
    ({ Sid }) => Sid === "CommitsReplaceNothing",
  )!
  const matches = (key: string) =>
    new RegExp(
      `^${flat(guard.Resource)
        .replace(/^<.*>\//, "")
        .replaceAll(".", "\\.")
        .replaceAll("?", ".")
        .replaceAll("*", ".*")}$`,
    ).test(key)

  it("refuses everybody a commit that is not conditional", () => {
    assert.deepInclude(guard, {
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:PutObject",
      Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
    })
  })

  it("takes for a commit what both engines write as one, and nothing else of theirs", () => {
    const log = "curated/sales/_delta_log"
    assert.isTrue(matches(`${log}/00000000000000000012.json`))
    assert.isTrue(matches("kpi/store_sales_per_day/_delta_log/00000000000000000000.json"))
    for (const other of [
      `${log}/_last_checkpoint`,
      `${log}/00000000000000000012.crc`,
      `${log}/00000000000000000012.checkpoint.parquet`,
      `${log}/00000000000000000012.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json`,
      `${log}/00000000000000000010.00000000000000000012.compacted.json`,
      `${log}/_commits/00000000000000000012.80a083e8-7026-4e79-81be-64bd76c43a11.json`,
      "curated/sales/date=2025-03-01/part-00000.snappy.parquet",
    ]) {
      assert.isFalse(matches(other), other)
    }
  })
})

const isEventBridge = ({ Principal }: Statement) => JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}'

describe("EventBridge", () => {
  it("may publish to the topic and use its key without a condition, under which AWS would drop the messages", () => {
    const [[, topic] = []] = ofType(template, "AWS::SNS::TopicPolicy")
    const key = ofType(template, "AWS::KMS::Key").find(([id]) => id.startsWith("Notifications"))?.[1]
    for (const policy of [topic?.Properties.PolicyDocument, key?.Properties.KeyPolicy]) {
      const statements = (policy.Statement as ReadonlyArray<Statement>).filter(isEventBridge)
      assert.lengthOf(statements, 1)
      assert.isUndefined(statements[0]?.Condition)
    }
  })

  it("publishes under its own name: a target's role would keep its messages from an encrypted topic", () => {
    const targets = ofType(template, "AWS::Events::Rule").flatMap(
      ([, { Properties }]) => Properties.Targets as ReadonlyArray<Record<string, unknown>>,
    )
    assert.isAtLeast(targets.length, 3)
    for (const target of targets) assert.notProperty(target, "RoleArn")
  })

  it("may not use the key that encrypts data", () => {
    const data = ofType(encrypted, "AWS::KMS::Key").find(([id]) => id.startsWith("Encryption"))
    assert.notInclude(JSON.stringify(data), "events.amazonaws.com")
  })
})

describe("the state machine's role", () => {
  it("is assumed for this machine of this account alone", () => {
    const [, role] = ofType(template, "AWS::IAM::Role").find(([id]) => id.startsWith("StateMachine"))!
    const { Condition } = role.Properties.AssumeRolePolicyDocument.Statement[0]
    assert.deepStrictEqual(Condition.StringEquals, { "aws:SourceAccount": { Ref: "AWS::AccountId" } })
    assert.match(flat(Condition.ArnLike["aws:SourceArn"]), /:stateMachine:pos-prod-pipeline$/)
  })
})

describe("a job's role", () => {
  it("is assumed by Glue for this account alone", () => {
    const roles = ofType(template, "AWS::IAM::Role").filter(([id]) => id.startsWith("Jobs"))
    assert.lengthOf(roles, 3)
    for (const [id, { Properties }] of roles) {
      const [statement, ...more] = Properties.AssumeRolePolicyDocument.Statement
      assert.isEmpty(more)
      assert.deepStrictEqual(statement.Principal, { Service: "glue.amazonaws.com" }, id)
      const condition = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } }
      assert.deepStrictEqual(statement.Condition, condition, id)
    }
  })
})

describe("resources", () => {
  it("are open to services of this account only", () => {
    for (const type of ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"]) {
      for (const [id, { Properties }] of ofType(template, type)) {
        for (const statement of Properties.PolicyDocument.Statement as ReadonlyArray<Statement>) {
          if (statement.Effect === "Deny" || isEventBridge(statement)) continue
          assert.include(
            JSON.stringify(statement.Condition ?? {}),
            "aws:SourceAccount",
            `${id}: ${statement.Sid ?? ""}`,
          )
        }
      }
    }
  })

  it("refuse plain HTTP", () => {
    for (const type of ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"]) {
      for (const [id, { Properties }] of ofType(template, type)) {
        const denied = (Properties.PolicyDocument.Statement as ReadonlyArray<Statement>).filter(
          ({ Condition, Effect }) => Effect === "Deny" && JSON.stringify(Condition).includes("aws:SecureTransport"),
        )
        assert.isNotEmpty(denied, id)
      }
    }
  })
})
