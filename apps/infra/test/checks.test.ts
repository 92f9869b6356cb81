/** What others say about the template: cdk-nag, and cfn-lint (a Python program that the set-up installs). */
import { execFileSync } from "node:child_process"
import { mkdtempSync } from "node:fs"
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
  { stage: "owned", kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c" },
]

const appOf = (context: object) =>
  new App({ context: { ...cdk.context, ...context }, outdir: mkdtempSync(join(tmpdir(), "pos-checked-")) })

/** The template's file, after a synthesis with cdk-nag as deployment does it: findings that nobody acknowledged throw. */
const checkedTemplate = (context: object): string => {
  const app = appOf(context)
  const settings = readSettings((name) => app.node.tryGetContext(name))
  const stack = new PlatformStack(app, settings, readArtefacts(settings, builtApps()))
  addChecks(app)
  return join(app.synth().directory, stack.templateFile)
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

describe("cfn-lint", () => {
  it("has nothing to say about any stage", () => {
    const linter = resolve(import.meta.dirname, "../../../.venv/cfn-lint/bin/cfn-lint")
    // W3005: CDK states dependencies on a role beside those on its policy, which is harmless.
    const said = execFileSync(linter, ["--ignore-checks", "W3005", "--", ...stages.map(checkedTemplate)])
    assert.strictEqual(String(said), "")
  })
})
