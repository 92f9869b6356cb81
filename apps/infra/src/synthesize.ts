import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { App } from "aws-cdk-lib"
import cdk from "../cdk.json" with { type: "json" }
import { type Artefacts, readArtefacts } from "./artefacts/artefacts.ts"
import { PlatformStack } from "./platform-stack.ts"
import { readSettings } from "./settings/settings.ts"

/** The template of a stage, without the CDK command line and into a folder that nobody looks at. */
export const synthesize = (
  context: Readonly<Record<string, unknown>>,
  artefacts: Artefacts = readArtefacts(),
): unknown => {
  const app = new App({ context: { ...cdk.context, ...context }, outdir: mkdtempSync(join(tmpdir(), "pos-assembly-")) })
  const settings = readSettings((name) => app.node.tryGetContext(name))
  const stack = new PlatformStack(app, settings, artefacts)
  return app.synth().getStackByName(stack.stackName).template
}
