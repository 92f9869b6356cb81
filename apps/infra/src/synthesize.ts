import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { App } from "aws-cdk-lib"
import cdk from "../cdk.json" with { type: "json" }
import { readArtefacts } from "./artefacts/artefacts.ts"
import { PlatformStack } from "./platform-stack.ts"
import { readSettings } from "./settings/settings.ts"

/**
 * The template of a stage, without the CDK command line and into a folder that nobody looks at. `apps` is the folder
 * with what the other projects built, unless it is this workspace's.
 */
export const synthesize = (context: Readonly<Record<string, unknown>>, apps?: string): unknown => {
  const app = new App({ context: { ...cdk.context, ...context }, outdir: mkdtempSync(join(tmpdir(), "pos-assembly-")) })
  const settings = readSettings((name) => app.node.tryGetContext(name))
  const stack = new PlatformStack(app, settings, readArtefacts(settings, apps))
  return app.synth().getStackByName(stack.stackName).template
}
