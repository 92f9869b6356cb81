/** Every policy of the stack, walked: a `*` stands only where AWS allows no less, and each of them is known here. */
import { assert, describe, it } from "vitest"
import { type Template, ofType, templateOf } from "./fixture.ts"
import { flat, many, type Statement } from "./grants.ts"

const suppliers = [
  { name: "acme", principal: "111122223333", externalId: "acme-to-us" },
  { name: "north", principal: "arn:aws:iam::444455556666:role/exporter" },
]
const template = templateOf({ stage: "prod", suppliers, report: "true" })
const encrypted = templateOf({ stage: "prod", suppliers, encryption: "customer-managed", report: "true" })

/** Statements of roles, by the name of the policy that holds them. */
const statementsOf = (from: Template): ReadonlyArray<readonly [string, Statement]> =>
  ofType(from, "AWS::IAM::Policy").flatMap(([id, { Properties }]) =>
    (Properties.PolicyDocument.Statement as ReadonlyArray<Statement>).map(
      (statement) => [id.replace(/RoleDefaultPolicy.*$/, ""), statement] as const,
    ),
  )

/** The only statements that may be about every resource: these actions know no narrower one. */
const everything: Readonly<Record<string, ReadonlyArray<string>>> = {
  // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
  StateMachine: [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ],
  IngestionTrigger: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  ReportReporter: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
}

/** Patterns within a resource, and why. */
const patterns: ReadonlyArray<readonly [RegExp, string]> = [
  [/^<StorageSource\.Arn>\/incoming\/\*$/, "suppliers name their files"],
  [/^<StorageSource\.Arn>\/incoming\/([a-z][a-z0-9_]*\/)?(acme|north)\/\*$/, "a supplier's own files, of each dataset"],
  [/^<StorageRejected\.Arn>\/date=\*\/run=\*\/\*$/, "each run rejects under its own date and id"],
  [
    /^<StorageResults\.Arn>\/runs\/\*\/(manifest\.json|(validation|transformation)\/(\*|summary\.json|files\.jsonl))$/,
    "each run",
  ],
  [/^<StorageResults\.Arn>\/reports\/\*$/, "each day has a report of its own"],
  [/^arn:<AWS::Partition>:states:[^*]+:execution:[^*]+:\*$/, "each run is an execution"],
  [/^<StorageLake\.Arn>\/(curated|kpi)\/[a-z_]+\/\*$/, "Delta names its files"],
  [
    /^arn:<AWS::Partition>:s3:::[^*/]*-assets-[^*/]*\/\*\/(plan|words)\.json$/,
    "a run goes on with the plan that it began with, and with its words",
  ],
  [/^arn:<AWS::Partition>:logs:[^*]+:log-group:\/[a-z/-]+:\*$/, "a log group and its streams"],
  [/^arn:<AWS::Partition>:glue:[^*]+:table\/<CatalogDatabase>\/\*$/, "the tables of our database"],
]

describe.each([
  ["S3's own keys", template],
  ["a key of the stage", encrypted],
])("roles, with %s", (_, from) => {
  const statements = statementsOf(from)

  it("exist, one for each that acts", () => {
    assert.sameMembers(
      [...new Set(statements.map(([role]) => role))],
      [
        "JobsValidation",
        "JobsTransformation",
        "JobsMaintenance",
        "StateMachine",
        "IngestionTrigger",
        "ReportReporter",
        "Supplieracme",
        "Suppliernorth",
      ],
    )
  })

  for (const [role, statement] of statements) {
    const actions = many(statement.Action)
    const resources = many(statement.Resource).map(flat)
    it(`${role} may ${actions.join(", ")} on what it needs`, () => {
      assert.strictEqual(statement.Effect, "Allow")
      for (const action of actions) assert.notInclude(action, "*")
      if (resources.includes("*")) {
        assert.includeMembers([...(everything[role] ?? [])], [...actions])
        return
      }
      for (const resource of resources.filter((one) => one.includes("*"))) {
        assert.isTrue(
          patterns.some(([pattern]) => pattern.test(resource)),
          `${resource} is a pattern that nobody has justified`,
        )
      }
    })
  }

  it("use the key by way of one service only, and for named buckets when that is S3", () => {
    const onKeys = statements.filter(([, { Action }]) => many(Action).some((action) => action.startsWith("kms:")))
    for (const [role, { Condition, Sid }] of onKeys.filter(([, statement]) => statement.Sid !== "NotifyEncrypted")) {
      const condition = JSON.stringify(Condition)
      assert.match(condition, /"kms:ViaService":.*"(s3|sqs)\./, `${role} ${Sid}`)
      if (condition.includes('"s3.')) assert.include(condition, "kms:EncryptionContext:aws:s3:arn", role)
    }
  })

  it("carry no managed policy, which would bring rights of its own", () => {
    for (const [id, { Properties }] of ofType(from, "AWS::IAM::Role")) {
      assert.isUndefined(Properties.ManagedPolicyArns, id)
      assert.isUndefined(Properties.Policies, id)
    }
  })
})

const rights = (role: string, from: Template = template) =>
  statementsOf(from)
    .filter(([name]) => name === role)
    .flatMap(([, { Action, Resource }]) =>
      many(Action).flatMap((action) => many(Resource).map((resource) => `${action} ${flat(resource)}`)),
    )

const buckets = (statements: ReadonlyArray<Statement>, action: string) =>
  statements
    // IAM takes no notice of case, and CDK writes s3:getObject.
    .filter(({ Action }) => many(Action).some((one) => one.toLowerCase() === action.toLowerCase()))
    .flatMap(({ Resource }) => many(Resource).map(flat))
    .flatMap((resource) => [...resource.matchAll(/^<Storage\w+\.Arn>/g)].map(([bucket]) => bucket))

describe("the reporter", () => {
  it("writes reports, and nothing else", () => {
    const writing = rights("ReportReporter").filter((right) => /^\w+:(?!Get|List|Describe)/.test(right))
    const own = writing.filter((right) => !/^(logs|xray):/.test(right))
    assert.deepStrictEqual(own, ["s3:PutObject <StorageResults.Arn>/reports/*"])
  })

  it("reads no file of a supplier's, and no row that was rejected or only validated", () => {
    for (const right of rights("ReportReporter")) {
      assert.notMatch(right, /StorageSource|StorageRejected|validated/)
    }
  })
})

describe("a job", () => {
  it("that validates touches neither the lake nor the loads", () => {
    for (const right of rights("JobsValidation")) {
      assert.notInclude(right, "StorageLake")
      assert.notInclude(right, "transformation")
    }
  })

  it("that validates removes versions of suppliers' files and nothing else there", () => {
    assert.deepStrictEqual(
      rights("JobsValidation").filter((right) => /^s3:(Delete|Put)/.test(right) && right.includes("StorageSource")),
      ["s3:DeleteObjectVersion <StorageSource.Arn>/incoming/*"],
    )
  })

  it("that loads touches neither suppliers' nor rejected files, and changes no verdict", () => {
    for (const right of rights("JobsTransformation")) {
      assert.notMatch(right, /StorageSource|StorageRejected/)
      if (right.includes("/validation/")) assert.match(right, /^s3:GetObject /)
    }
  })

  it("that maintains the tables has rights on them, its code and its log, and on nothing else", () => {
    for (const right of rights("JobsMaintenance")) {
      assert.match(right, /^(s3:\S+ (<StorageLake\.Arn>|arn:\S+-assets-)|logs:)/)
    }
    assert.deepStrictEqual(
      rights("JobsMaintenance").filter((right) => right.includes("StorageLake")),
      rights("JobsTransformation").filter((right) => right.includes("StorageLake")),
    )
  })

  it("has its metrics read from its log, and sends none", () => {
    const shell = templateOf({ stage: "dev", transformationType: "pythonshell" })
    for (const from of [template, shell]) {
      for (const role of ["JobsValidation", "JobsTransformation", "JobsMaintenance"]) {
        assert.isEmpty(rights(role, from).filter((right) => right.startsWith("cloudwatch:")))
        assert.isNotEmpty(rights(role, from).filter((right) => right.startsWith("logs:")))
      }
      for (const [id, { Properties }] of ofType(from, "AWS::Glue::Job")) {
        assert.notMatch(Object.keys(Properties.DefaultArguments).join(" "), /metrics/, id)
      }
    }
  })

  it("on Spark may ask whether a folder of a table is a file, as S3A does first", () => {
    for (const role of ["JobsTransformation", "JobsMaintenance"]) {
      for (const folder of ["curated", "curated/sales", "kpi", "kpi/store_sales_per_day"]) {
        assert.include(rights(role), `s3:GetObject <StorageLake.Arn>/${folder}`)
      }
    }
  })

  it("on Spark may read its jars", () => {
    assert.lengthOf(
      rights("JobsTransformation").filter((right) => /^s3:GetObject .*-assets-.*\/pos-log-store\.jar$/.test(right)),
      1,
    )
  })

  it("that reads objects of a bucket may list all of it, or S3 would call a missing one denied", () => {
    for (const role of ["JobsValidation", "JobsTransformation", "JobsMaintenance", "StateMachine"]) {
      const own = statementsOf(template).flatMap(([name, statement]) => (name.startsWith(role) ? [statement] : []))
      const listed = buckets(
        own.filter(({ Condition }) => Condition === undefined),
        "s3:ListBucket",
      )
      const read = ["s3:GetObject", "s3:GetObjectVersion"].flatMap((action) => buckets(own, action))
      assert.isNotEmpty(read, role)
      for (const bucket of read) assert.include(listed, bucket, role)
    }
  })

  it("reads its own code from the assets, file by file, and the plan of any deployment with its words", () => {
    const code = rights("JobsValidation").filter((right) => right.includes("-assets-"))
    assert.lengthOf(code, 5)
    for (const right of code)
      assert.match(right, /^s3:GetObject .*\/([0-9a-f]{32}\/[A-Za-z0-9_.-]+|\*\/(plan|words)\.json)$/)
  })

  it("that says nothing in words may not read any", () => {
    assert.isEmpty(rights("JobsMaintenance").filter((right) => right.endsWith("words.json")))
    assert.lengthOf(
      rights("JobsTransformation").filter((right) => right.endsWith("words.json")),
      1,
    )
  })
})
