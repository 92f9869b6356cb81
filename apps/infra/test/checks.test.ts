/** What others say about the template: cdk-nag, and cfn-lint (a Python program that the set-up installs). */
import { spawnSync } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { App, Stack } from "aws-cdk-lib"
import { Bucket } from "aws-cdk-lib/aws-s3"
import { assert, describe, it } from "vitest"
import { readArtefacts } from "../src/artefacts/artefacts.ts"
import { PlatformStack } from "../src/platform-stack.ts"
import { addChecks } from "../src/security/checks.ts"
import { readSettings } from "../src/settings/settings.ts"
import cdk from "../cdk.json" with { type: "json" }
import { builtApps } from "./fixture.ts"

const stages = [
  { stage: "local" },
  { stage: "dev" },
  { stage: "spark", engine: "spark", workers: "10", workerType: "G.2X" },
  { stage: "shell", transformationType: "pythonshell", maintenance: "off" },
  { stage: "prod", email: "data@example.com", expectDataBy: "9", accessLogsBucket: "the-logs" },
  {
    stage: "keyed",
    encryption: "customer-managed",
    suppliers: [
      { name: "acme", principal: "111122223333", externalId: "acme-to-us" },
      { name: "north", principal: "arn:aws:iam::444455556666:role/exporter" },
    ],
  },
  { stage: "told", report: "true", currency: "EUR", dpuPrice: "0.44", encryption: "customer-managed" },
  { stage: "owned", kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c" },
]

const appOf = (context: object) =>
  new App({ context: { ...cdk.context, ...context }, outdir: mkdtempSync(join(tmpdir(), "pos-checked-")) })

const checked = new Map<object, string>()

/**
 * The template's file, after a synthesis with cdk-nag as deployment does it: findings that nobody acknowledged throw. One
 * that went well is not repeated.
 */
const checkedTemplate = (context: object): string => {
  const known = checked.get(context)
  if (known !== undefined) return known
  const app = appOf(context)
  const settings = readSettings((name) => app.node.tryGetContext(name))
  const stack = new PlatformStack(app, settings, readArtefacts(settings, builtApps()))
  addChecks(app)
  const file = join(app.synth().directory, stack.templateFile)
  checked.set(context, file)
  return file
}

describe("cdk-nag", () => {
  for (const context of stages) {
    it(`has nothing to say about ${JSON.stringify(context)} that is not acknowledged with its reason`, () => {
      assert.doesNotThrow(() => checkedTemplate(context))
    })
  }

  it("would say something about a bucket as CDK makes it by default", () => {
    const app = appOf({})
    new Bucket(new Stack(app, "careless"), "Bucket")
    addChecks(app)
    assert.throws(() => app.synth(), /AwsSolutions-S1/)
  })
})

/** What cfn-lint finds and we mean, by its rule. */
const meant: Readonly<Record<string, string>> = {
  W3005: "CDK states dependencies on a role beside those on its policy, which is harmless.",
  I1022: "CDK joins texts by Fn::Join where Fn::Sub would be shorter to read.",
}
// One of the oldest regions and one of Europe's: resource types and their values differ between regions.
const regions = ["us-east-1", "eu-central-1"]

interface Finding {
  readonly Rule: { readonly Id: string }
  readonly Message: string
}

const lint = (...templates: ReadonlyArray<string>): ReadonlyArray<Finding> => {
  const linter = resolve(import.meta.dirname, "../../../.venv/cfn-lint/bin/cfn-lint")
  const { stderr, stdout } = spawnSync(
    linter,
    ["--format", "json", "--include-checks", "I", "--regions", ...regions, "--", ...templates],
    { maxBuffer: 1e9 },
  )
  if (String(stdout) === "") throw new Error(`cfn-lint ended without a word: ${String(stderr)}`)
  return JSON.parse(String(stdout)) as ReadonlyArray<Finding>
}

describe("cfn-lint", () => {
  it("has nothing to say about any stage by the schemas of two regions, but what is meant", () => {
    const found = lint(...stages.map(checkedTemplate))
    assert.deepStrictEqual(
      found.filter(({ Rule }) => !(Rule.Id in meant)).map(({ Message, Rule }) => `${Rule.Id}: ${Message}`),
      [],
    )
    assert.sameMembers([...new Set(found.map(({ Rule }) => Rule.Id))], Object.keys(meant))
  })

  it("would say something about a property that CloudFormation does not know", () => {
    const file = join(mkdtempSync(join(tmpdir(), "pos-linted-")), "template.json")
    const Properties = { Name: "j", Role: "r", Command: { Name: "glueetl" }, WorkerTypes: "G.1X" }
    writeFileSync(file, JSON.stringify({ Resources: { Job: { Type: "AWS::Glue::Job", Properties } } }))
    assert.include(
      lint(file).map(({ Rule }) => Rule.Id),
      "E3002",
    )
  })
})
