import { assert, describe, it } from "vitest"
import { shardBytes } from "@pos/pipeline"
import { Option } from "effect"
import { SettingsError, readSettings } from "../src/settings/settings.ts"

const read = (context: Readonly<Record<string, unknown>>) => readSettings((name) => context[name])

describe("settings", () => {
  it("without a stage are the laptop's: quick, and everything goes with the stack", () => {
    const settings = read({})
    assert.deepInclude(settings, {
      stackName: "pos-local",
      local: true,
      engine: "embedded",
      transformationType: "glueetl",
      batchingWindowSeconds: 2,
      removeData: true,
    })
  })

  it("of a stage keep the data and gather files for a minute", () => {
    assert.deepInclude(read({ stage: "prod" }), {
      stackName: "pos-prod",
      local: false,
      engine: "spark",
      workers: 2,
      workerType: "G.1X",
      batchingWindowSeconds: 60,
      removeData: false,
      expectedHours: [],
      maintenance: Option.some("cron(0 3 * * ? *)"),
      retentionDays: 7,
    })
  })

  it("choose the engine that a Python Shell job can run, unless another is asked for", () => {
    assert.deepInclude(read({ stage: "dev", transformationType: "pythonshell" }), {
      engine: "embedded",
      transformationType: "pythonshell",
    })
  })

  it("let the tables be maintained at another time, or never", () => {
    assert.deepStrictEqual(read({ stage: "dev", maintenance: "off" }).maintenance, Option.none())
    const weekly = read({ stage: "dev", maintenance: "cron(30 2 ? * SUN *)", retentionDays: "30" })
    assert.deepStrictEqual([weekly.maintenance, weekly.retentionDays], [Option.some("cron(30 2 ? * SUN *)"), 30])
  })

  it("let a manifest be split sooner than the pipeline would", () => {
    assert.strictEqual(read({ stage: "dev" }).shardBytes, shardBytes)
    assert.strictEqual(read({ stage: "dev", shardMegabytes: "512" }).shardBytes, 512 * 1024 ** 2)
    assert.throws(() => read({ stage: "dev", shardMegabytes: "0" }), SettingsError, /from 1 to/)
  })

  it("come as text from the command line", () => {
    const settings = read({
      stage: "prod",
      engine: "spark",
      batchingWindow: "120",
      expectDataFrom: "4",
      expectDataBy: "9",
      email: "data@example.com",
      logRetentionDays: "30",
    })
    assert.deepInclude(settings, { engine: "spark", batchingWindowSeconds: 120, logRetentionDays: 30 })
    assert.deepStrictEqual(settings.expectedHours, [{ dataset: Option.none(), from: 4, by: 9 }])
  })

  it("of a stage may stand in cdk.json, and the command line overrules them", () => {
    const stages = { prod: { batchingWindow: 120, expectDataBy: 8 } }
    assert.deepInclude(read({ stages, stage: "prod" }), {
      batchingWindowSeconds: 120,
      expectedHours: [{ dataset: Option.none(), from: 0, by: 8 }],
    })
    assert.strictEqual(read({ stages, stage: "prod", batchingWindow: "30" }).batchingWindowSeconds, 30)
    assert.strictEqual(read({ stages, stage: "dev" }).batchingWindowSeconds, 60)
  })

  it("say for each dataset when it is expected, in cdk.json or as JSON on the command line", () => {
    const hours = [
      { dataset: Option.some("sales"), from: 4, by: 9 },
      { dataset: Option.some("stores"), from: 4, by: 20 },
    ]
    const [expectDataBy, expectDataFrom] = [{ sales: 9, stores: "20" }, 4]
    assert.deepStrictEqual(read({ stage: "dev", expectDataBy, expectDataFrom }).expectedHours, hours)
    const text = JSON.stringify(expectDataBy)
    assert.deepStrictEqual(read({ stage: "dev", expectDataBy: text, expectDataFrom: "4" }).expectedHours, hours)
    assert.deepStrictEqual(
      read({ stage: "dev", expectDataBy, expectDataFrom: { stores: 12 } }).expectedHours.map(({ from }) => from),
      [0, 12],
    )
  })

  it("name suppliers, as a list in cdk.json or as JSON on the command line", () => {
    const suppliers = [{ name: "acme", principal: "111122223333", externalId: "acme-to-us" }]
    assert.deepStrictEqual(read({ stage: "dev", suppliers }).suppliers, suppliers)
    assert.deepStrictEqual(read({ stage: "dev", suppliers: JSON.stringify(suppliers) }).suppliers, suppliers)
    assert.deepStrictEqual(read({ stages: { dev: { suppliers } }, stage: "dev" }).suppliers, suppliers)
    assert.deepStrictEqual(read({ stage: "dev" }).suppliers, [])
  })

  it("encrypt with AWS' own keys, unless a key is asked for or named", () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c"
    const ours = { kind: "customer-managed" as const, keyArn: Option.none<string>() }
    const theirs = { kind: "customer-managed" as const, keyArn: Option.some(kmsKeyArn) }
    assert.deepStrictEqual(read({ stage: "dev" }).encryption, { kind: "s3-managed" })
    assert.deepStrictEqual(read({ stage: "dev", encryption: "customer-managed" }).encryption, ours)
    assert.deepStrictEqual(read({ stage: "dev", kmsKeyArn }).encryption, theirs)
    assert.deepStrictEqual(read({ stage: "dev", encryption: "customer-managed", kmsKeyArn }).encryption, theirs)
  })

  it("let data go only when asked twice, the second time by the stage's name", () => {
    assert.isFalse(read({ stage: "dev", removeData: "true" }).removeData)
    assert.isFalse(read({ stage: "dev", removeData: "true", removeDataOf: "prod" }).removeData)
    assert.isFalse(read({ stage: "dev", removeDataOf: "dev" }).removeData)
    assert.isTrue(read({ stage: "dev", removeData: "true", removeDataOf: "dev" }).removeData)
  })

  it("write no reports, unless they are wanted; then they say in which currency, and at which price", () => {
    const none = { currency: undefined, dpuPrice: undefined }
    assert.deepStrictEqual(read({ stage: "dev" }).report, Option.none())
    assert.deepStrictEqual(read({ stage: "dev", report: "false" }).report, Option.none())
    assert.deepStrictEqual(read({ stage: "dev", report: "true" }).report, Option.some(none))
    const stages = { dev: { report: true, currency: "EUR", dpuPrice: 0.44 } }
    const money = { currency: "EUR", dpuPrice: 0.44 }
    assert.deepStrictEqual(read({ stages, stage: "dev" }).report, Option.some(money))
    assert.deepStrictEqual(read({ stage: "dev", report: "true", ...money }).report, Option.some(money))
  })

  for (const [context, words] of [
    [{ stage: "dev", report: "yes" }, /report must be true or false; it is yes/],
    [{ stage: "dev", report: "true", currency: "euro" }, /a currency of ISO 4217/],
    [{ stage: "dev", report: "true", dpuPrice: "cheap" }, /dpuPrice must be US dollars of a DPU-hour/],
    [{ stage: "dev", currency: "EUR" }, /currency is for reports: set report=true, or leave currency out/],
    [{ stage: "dev", dpuPrice: "0.44" }, /dpuPrice is for reports/],
    [{ stage: "Prod" }, /small letters/],
    [{ stage: "dev", stages: { dev: { batchWindow: 3 } } }, /there is no setting batchWindow/],
    [{ stage: "dev", crawler: "true" }, /The setting crawler is gone: leave it out/],
    [{ stage: "dev", stages: { dev: { crawler: true } } }, /The setting crawler is gone/],
    [{ stage: "dev", engine: "flink" }, /embedded/],
    [{ stage: "dev", engine: "spark", transformationType: "pythonshell" }, /runs the engine embedded only/],
    [{ stage: "dev", workers: "1" }, /workers must be a whole number from 2 to 299/],
    [{ stage: "dev", workerType: "G.025X" }, /G.1X/],
    [{ stage: "dev", maintenance: "daily" }, /cron expression of six fields/],
    [{ stage: "dev", maintenance: "cron(0 3 * * ?)" }, /cron expression of six fields/],
    [{ stage: "dev", retentionDays: "6" }, /retentionDays must be a whole number from 7/],
    [{ stage: "dev", email: "nobody" }, /an address/],
    [{ stage: "dev", batchingWindow: "301" }, /batchingWindow must be a whole number from 0 to 300/],
    [{ stage: "dev", batchingWindow: "soon" }, /whole number/],
    [{ stage: "dev", expectDataBy: "6", expectDataFrom: "6" }, /must be before/],
    [{ stage: "dev", expectDataBy: "25" }, /expectDataBy must be a whole number from 1 to 24/],
    [{ stage: "dev", expectDataBy: { stores: 0 } }, /expectDataBy of stores must be a whole number from 1 to 24/],
    [{ stage: "dev", expectDataBy: { stores: 6 }, expectDataFrom: { stores: 7 } }, /expectDataFrom of stores/],
    [{ stage: "dev", expectDataBy: "6", expectDataFrom: { stores: 7 } }, /name them in both, or in neither/],
    [
      { stage: "dev", expectDataBy: { sales: 6 }, expectDataFrom: { stores: 3 } },
      /names stores, and expectDataBy does/,
    ],
    [{ stage: "dev", encryption: "none" }, /customer-managed/],
    [{ stage: "dev", kmsKeyArn: "alias/mine" }, /the ARN of a key/],
    [
      { stage: "dev", encryption: "s3-managed", kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c" },
      /kmsKeyArn is for encryption=customer-managed/,
    ],
    [{ stage: "dev", suppliers: "acme" }, /suppliers: /],
    [{ stage: "dev", suppliers: [{ name: "Acme", principal: "111122223333" }] }, /small letters/],
    [{ stage: "dev", suppliers: [{ name: "acme", principal: "*" }] }, /12 digits/],
    [{ stage: "dev", suppliers: [{ name: "acme", principal: "111122223333", prefix: "x" }] }, /prefix/],
    [
      {
        stage: "dev",
        suppliers: [
          { name: "acme", principal: "111122223333" },
          { name: "acme", principal: "444455556666" },
        ],
      },
      /acme is named twice/,
    ],
    [{ stage: "dev", logRetentionDays: "31" }, /must be one of/],
  ] as const) {
    it(`refuse ${JSON.stringify(context)}`, () => {
      assert.throws(() => read(context), SettingsError, words)
    })
  }
})
