/** The CDK app. `cdk synth -c stage=dev` and friends; see docs/deploying.md for every setting. */
import { App } from "aws-cdk-lib"
import { readArtefacts } from "./artefacts/artefacts.ts"
import { ArtefactError } from "./artefacts/artefact-error.ts"
import { PlatformStack } from "./platform-stack.ts"
import { addChecks } from "./security/checks.ts"
import { SettingsError, readSettings } from "./settings/settings.ts"

const main = () => {
  const app = new App()
  const settings = readSettings((name) => app.node.tryGetContext(name))
  new PlatformStack(app, settings, readArtefacts(settings))
  addChecks(app)
  app.synth()
}

try {
  main()
} catch (error) {
  if (!(error instanceof ArtefactError || error instanceof SettingsError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
