/** What this checkout would deploy with the given settings. */
import { Template } from "@pos/deployment"
import { Schema } from "effect"
import cdk from "../../cdk.json" with { type: "json" }
import { readArtefacts } from "../artefacts/artefacts.ts"
import { readSettings } from "../settings/settings.ts"
import { synthesize } from "../synthesize.ts"

/** Throws `SettingsError` or `ArtefactError`. */
export const checkout = (given: Readonly<Record<string, string>>) => {
  const context: Readonly<Record<string, unknown>> = { ...cdk.context, ...given }
  const settings = readSettings((name) => context[name])
  const plan = readArtefacts(settings).plan.content
  const template = Schema.decodeUnknownSync(Template)(JSON.parse(JSON.stringify(synthesize(given))))
  return { plan, settings, template }
}
