import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, expect, it } from "vitest"
import { catalogText } from "../src/catalog/text.ts"
import { synthesize } from "../src/synthesize.ts"
import { type Template, builtApps, ofType, properties, templateOf } from "./fixture.ts"

const local = templateOf({ stage: "local" })
const prod = templateOf({
  stage: "prod",
  email: "data@example.com",
  expectDataFrom: "4",
  expectDataBy: "9",
  accessLogsBucket: "the-logs",
})
const told = templateOf({ stage: "prod", report: "true", currency: "EUR", dpuPrice: "0.44" })

const suppliers = [{ name: "acme", principal: "111122223333", externalId: "acme-to-us" }]
const keyed = templateOf({ stage: "prod", encryption: "customer-managed", suppliers })
const existing = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c"
const foreign = templateOf({ stage: "prod", kmsKeyArn: existing })

/**
 * Hashes of assets and of the plan change with what they are made of; the structure is what a snapshot guards. CDK puts
 * a statement's resources in the order of their names, hashes included, so that they are put in order again without.
 */
const normalised = (template: unknown): unknown =>
  inOrder(
    JSON.parse(
      JSON.stringify(template)
        .replace(/\b[0-9a-f]{64}\b/g, "<hash>")
        .replace(/\b[0-9a-f]{32}\b/g, "<hash>"),
    ),
  )

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === "Resource" && Array.isArray(one)
        ? one.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : inOrder(one),
    ]),
  )
}

describe("the template", () => {
  it("of the local stage is what it was", () => {
    expect(normalised(local)).toMatchSnapshot()
  })

  it("of a stage with every option is what it was", () => {
    expect(normalised(prod)).toMatchSnapshot()
  })

  it("has the outputs that tools rely on", () => {
    assert.sameMembers(Object.keys(local.Outputs), [
      "SourceBucketName",
      "RejectedBucketName",
      "ResultsBucketName",
      "LakeBucketName",
      "StateMachineArn",
      "TopicArn",
      "QueueUrl",
      "DeadLetterQueueUrl",
      "DatabaseName",
      "Datasets",
      "ValidationJobName",
      "TransformationJobName",
      "MaintenanceJobName",
      "ContractHash",
      "DatasetHashes",
      "ContractsUri",
    ])
  })

  it("brings no custom resource, and no function but the trigger and, where it is wanted, the reporter", () => {
    assert.sameMembers(
      ofType(told, "AWS::Lambda::Function").map(([, { Properties }]) => String(Properties.FunctionName)),
      ["pos-prod-trigger", "pos-prod-report"],
    )
    assert.lengthOf(ofType(prod, "AWS::Lambda::Function"), 1)
    assert.isEmpty(
      Object.values(prod.Resources).filter(({ Type }) => /^(Custom::|AWS::CloudFormation::Custom)/.test(Type)),
    )
  })
})

describe("buckets", () => {
  for (const [id, { DeletionPolicy, Properties, UpdateReplacePolicy }] of ofType(prod, "AWS::S3::Bucket")) {
    it(`${id.replace(/[0-9A-F]{8}$/, "")} is private, versioned, encrypted, tidied, and survives the stack`, () => {
      assert.strictEqual(DeletionPolicy, "RetainExceptOnCreate")
      assert.strictEqual(UpdateReplacePolicy, "Retain")
      assert.deepStrictEqual(Properties.VersioningConfiguration, { Status: "Enabled" })
      assert.deepStrictEqual(Object.values(Properties.PublicAccessBlockConfiguration), [true, true, true, true])
      assert.strictEqual(
        Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm,
        "AES256",
      )
      assert.deepStrictEqual(Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].BlockedEncryptionTypes, {
        EncryptionType: ["SSE-C"],
      })
      const rules = Properties.LifecycleConfiguration.Rules as ReadonlyArray<Record<string, unknown>>
      assert.isTrue(rules.some((rule) => rule.NoncurrentVersionExpiration !== undefined))
      assert.isTrue(rules.some((rule) => rule.AbortIncompleteMultipartUpload !== undefined))
    })
  }

  it("are four", () => {
    assert.lengthOf(ofType(prod, "AWS::S3::Bucket"), 4)
  })

  it("keep the lake's current files for ever, whatever their age", () => {
    const { LifecycleConfiguration } = properties(prod, "AWS::S3::Bucket", /Lake/)
    for (const rule of LifecycleConfiguration.Rules) {
      assert.isUndefined(rule.ExpirationInDays)
      assert.isUndefined(rule.Transitions)
    }
  })

  it("go with the local stack", () => {
    for (const [, { DeletionPolicy }] of ofType(local, "AWS::S3::Bucket")) assert.strictEqual(DeletionPolicy, "Delete")
  })
})

describe("a stage's key", () => {
  const dataKey = Object.keys(keyed.Resources).find((id) => id.startsWith("EncryptionKey"))!
  const arn = { "Fn::GetAtt": [dataKey, "Arn"] }

  it("is turned every year, and survives the stack as the data does", () => {
    const [, key] = ofType(keyed, "AWS::KMS::Key").find(([id]) => id === dataKey)!
    assert.isTrue(key.Properties.EnableKeyRotation)
    assert.strictEqual(key.DeletionPolicy, "RetainExceptOnCreate")
  })

  for (const [name, template, expected] of [
    ["made by the stack", keyed, arn],
    ["of the organisation", foreign, existing],
  ] as const) {
    it(`${name} encrypts buckets, queues and log groups`, () => {
      for (const [id, { Properties }] of ofType(template, "AWS::S3::Bucket")) {
        const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration
        const wanted = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: expected }
        assert.deepStrictEqual(rule.ServerSideEncryptionByDefault, wanted, id)
        assert.isTrue(rule.BucketKeyEnabled, id)
      }
      for (const [id, { Properties }] of ofType(template, "AWS::SQS::Queue")) {
        assert.deepStrictEqual(Properties.KmsMasterKeyId, expected, id)
        assert.isUndefined(Properties.SqsManagedSseEnabled, id)
      }
      for (const [id, { Properties }] of ofType(template, "AWS::Logs::LogGroup")) {
        assert.deepStrictEqual(Properties.KmsKeyId, expected, id)
      }
    })
  }

  it("is not made where the organisation has one, nor where none is wanted", () => {
    for (const template of [foreign, prod, local]) {
      assert.isEmpty(ofType(template, "AWS::KMS::Key").filter(([id]) => id.startsWith("Encryption")))
    }
  })

  it("is open to the logs of this stage and to announcements of files from this account, and to no other service", () => {
    const { KeyPolicy } = properties(keyed, "AWS::KMS::Key", /^Encryption/)
    const [, ...services] = KeyPolicy.Statement
    assert.deepStrictEqual(
      services.map(({ Principal }: { readonly Principal: { readonly Service: unknown } }) => JSON.stringify(Principal)),
      [
        '{"Service":{"Fn::Join":["",["logs.",{"Ref":"AWS::Region"},".amazonaws.com"]]}}',
        '{"Service":"s3.amazonaws.com"}',
      ],
    )
    for (const { Condition } of services) assert.match(JSON.stringify(Condition), /SourceAccount|aws:logs:arn/)
  })
})

describe("a supplier's role", () => {
  it("has a name that can be told before it is there, and is assumed with the agreed external id only", () => {
    const role = properties(keyed, "AWS::IAM::Role", /^Supplier/)
    assert.strictEqual(role.RoleName, "pos-prod-supplier-acme")
    const [{ Condition, Principal }] = role.AssumeRolePolicyDocument.Statement
    assert.include(JSON.stringify(Principal), "111122223333")
    assert.deepStrictEqual(Condition, { StringEquals: { "sts:ExternalId": "acme-to-us" } })
  })
})

describe("ingestion", () => {
  it("announces creations under incoming/ to the queue, whose policy stands first", () => {
    const source = ofType(prod, "AWS::S3::Bucket").find(([id]) => id.includes("Source"))![1]
    assert.deepStrictEqual(source.Properties.NotificationConfiguration.QueueConfigurations[0].Filter, {
      S3Key: { Rules: [{ Name: "prefix", Value: "incoming/" }] },
    })
    assert.isTrue(source.DependsOn?.some((id) => id.includes("QueuePolicy")))
  })

  it("gathers files for a minute, two seconds on a laptop, and reports the bad messages of a batch", () => {
    for (const [template, window] of [
      [prod, 60],
      [local, 2],
    ] as const) {
      const mapping = properties(template, "AWS::Lambda::EventSourceMapping")
      assert.strictEqual(mapping.MaximumBatchingWindowInSeconds, window)
      assert.deepStrictEqual(mapping.FunctionResponseTypes, ["ReportBatchItemFailures"])
    }
  })

  it("hides a message longer than the trigger can hold it, and gives up after five attempts", () => {
    const queue = properties(prod, "AWS::SQS::Queue", /Queue/)
    assert.isAtLeast(queue.VisibilityTimeout, 6 * properties(prod, "AWS::Lambda::Function").Timeout + 60)
    assert.strictEqual(queue.RedrivePolicy.maxReceiveCount, 5)
  })
})

describe("the catalog", () => {
  it("has texts of as many bytes as Glue takes, on one line", () => {
    assert.strictEqual(catalogText("two\nlines", 255), "two lines")
    assert.strictEqual(catalogText("é".repeat(127), 255), "é".repeat(127))
    const cut = catalogText("é".repeat(128), 255)
    assert.strictEqual(cut, `${"é".repeat(126)}…`)
    assert.strictEqual(Buffer.byteLength(cut), 255)
  })

  it("registers every table of the plan as native Delta, with its columns", () => {
    const tables = ofType(prod, "AWS::Glue::Table").map(([, { Properties }]) => Properties.TableInput)
    assert.includeMembers(
      tables.map(({ Name }) => Name as string),
      ["sales", "total_sales_per_product_per_day", "store_sales_per_day"],
    )
    for (const table of tables) {
      assert.strictEqual(table.Parameters.table_type, "DELTA")
      assert.isUndefined(table.PartitionKeys)
      assert.isNotEmpty(table.StorageDescriptor.Columns)
    }
  })

  it("follows the plan: a column more, a column less, another type, a table more", () => {
    const apps = builtApps()
    const file = join(apps, "plan/dist/plan.json")
    const plan = JSON.parse(readFileSync(file, "utf8"))
    const { curated, kpis } = plan.datasets.sales.tables
    const [first, second, ...rest] = curated.columns
    curated.columns = [{ ...first, type: "bigint" }, ...rest, { ...second, name: "till" }]
    kpis.push({ ...kpis[0], name: "returns_per_day", path: "kpi/returns_per_day" })
    writeFileSync(file, JSON.stringify(plan))
    const tables = ofType(synthesize({ stage: "dev" }, apps) as Template, "AWS::Glue::Table").map(
      ([, { Properties }]) => Properties.TableInput,
    )
    assert.includeMembers(
      tables.map(({ Name }) => Name as string),
      [curated, ...kpis].map(({ name }) => name as string),
    )
    for (const { columns, name } of [curated, ...kpis]) {
      const table = tables.find(({ Name }) => Name === name)
      assert.deepStrictEqual(
        table?.StorageDescriptor.Columns.map(({ Name, Type }: Record<string, string>) => [Name, Type]),
        columns.map((column: Record<string, string>) => [column.name, column.type]),
      )
    }
  })
})

const alarm = (name: string) => properties(prod, "AWS::CloudWatch::Alarm", new RegExp(name))

describe("alarms", () => {
  it("on dead letters, a stuck queue and missing data tell people", () => {
    for (const name of ["DeadLetters", "QueueStuck", "NoData"]) assert.lengthOf(alarm(name).AlarmActions, 1)
    assert.lengthOf(properties(told, "AWS::CloudWatch::Alarm", /ReportFailed/).AlarmActions, 1)
  })

  it("on failed runs do not tell again what the run has told", () => {
    assert.isUndefined(alarm("FailedRuns").AlarmActions)
  })

  it("on missing data go off once a day, when the last expected hour has passed", () => {
    const { DatapointsToAlarm, EvaluationPeriods, Metrics } = alarm("NoData")
    assert.deepStrictEqual([EvaluationPeriods, DatapointsToAlarm], [5, 5])
    assert.include(JSON.stringify(Metrics), "HOUR(sent) >= 4 AND HOUR(sent) < 9")
    assert.isEmpty(ofType(local, "AWS::CloudWatch::Alarm").filter(([id]) => id.includes("NoData")))
  })

  it("are explained in the runbook, each under its name", () => {
    const runbook = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8")
    for (const [, { Properties }] of [prod, told].flatMap((one) => ofType(one, "AWS::CloudWatch::Alarm"))) {
      assert.include(runbook, `### ${String(Properties.AlarmName).replace("pos-prod-", "")}\n`)
    }
  })
})
