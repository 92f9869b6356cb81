/**
 * `nx run infra:smoke -- --context stage=dev [--alarms] [--json]`: proves a deployed stage. Settings, credentials and region
 * are those of `infra:deploy`. Exit code 0: nothing failed; 1: something did; 2: the call makes no sense; 130: interrupted.
 */
import { parseArgs } from "node:util"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { AwsConnection, Executions, Jobs, ObjectStore } from "@pos/aws"
import {
  builtFiles,
  Checkout,
  Clients,
  Deployment,
  isProved,
  renderResults,
  summarize,
  unwatched,
  type Watcher,
} from "@pos/deployment"
import { Cause, Effect, Exit, Layer } from "effect"
import { resolve } from "node:path"
import { ArtefactError } from "../artefacts/artefact-error.ts"
import { SettingsError } from "../settings/settings.ts"
import { Attempt } from "./attempt.ts"
import { prove } from "./prove.ts"

/** What keeps it from beginning, in a sentence. */
class CannotBegin extends Error {}

const readCall = () => {
  const { values } = parseArgs({
    options: {
      context: { type: "string", short: "c", multiple: true },
      alarms: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  })
  const context = Object.fromEntries(
    (values.context ?? []).map((setting) => {
      const at = setting.indexOf("=")
      if (at < 1) throw new CannotBegin(`--context takes name=value, not ${setting}.`)
      return [setting.slice(0, at), setting.slice(at + 1)]
    }),
  )
  if (context["stage"] === undefined && process.env["AWS_ENDPOINT_URL"] === undefined) {
    throw new CannotBegin(
      "Name the stage that is to be proved, and the account by AWS_PROFILE: AWS_PROFILE=… npx nx run infra:smoke -- --context stage=dev. For the local AWS set AWS_ENDPOINT_URL (pos status shows it), or run: npx pos doctor",
    )
  }
  return { context, alarms: values.alarms, json: values.json }
}

const print = (text: string) => Effect.sync(() => process.stdout.write(`${text}\n`))

/** What is being done, on a line that goes again; a log has no use for it. */
const show = (text: string) => Effect.sync(() => process.stderr.isTTY && process.stderr.write(`\r\u001B[2K${text}`))

const TITLES = 44

/** The table, a line as each check ends. */
const lineByLine: Watcher = {
  begins: ({ title }) => show(`… ${title}`),
  ended: (result) => Effect.andThen(show(""), print(renderResults([result], TITLES).join("\n"))),
}

const program = Effect.gen(function* () {
  const { alarms, context, json } = yield* Effect.try({ try: readCall, catch: toSentence })
  yield* show("… making the template of the stage")
  // CDK takes seconds to load, which a call that makes no sense need not wait for.
  const { checkout } = yield* Effect.promise(() => import("./checkout.ts"))
  const { plan, settings, template } = yield* Effect.try({ try: () => checkout(context), catch: toSentence })
  const apps = resolve(import.meta.dirname, "../../..")
  const services = Attempt.layer(new Date()).pipe(
    Layer.provideMerge(Deployment.layer(settings.stackName)),
    Layer.provideMerge(Layer.mergeAll(Clients.layer, Executions.layer, Jobs.layer, ObjectStore.layer)),
    Layer.provideMerge(Layer.orDie(AwsConnection.layer)),
    Layer.provideMerge(Layer.succeed(Checkout, { plan, template, files: builtFiles(apps) })),
  )
  const results = yield* prove({ alarms, watcher: json ? unwatched : lineByLine }).pipe(
    Effect.provide(services),
    Effect.mapError(toSentence),
  )
  yield* print(
    json
      ? JSON.stringify({ stack: settings.stackName, passed: isProved(results), checks: results }, null, 2)
      : `${settings.stackName}: ${summarize(results)}`,
  )
  return isProved(results) ? 0 : 1
})

const toSentence = (error: unknown): CannotBegin => {
  if (error instanceof CannotBegin) return error
  if (error instanceof ArtefactError || error instanceof SettingsError) return new CannotBegin(error.message)
  const words = error instanceof Error ? error.message : String(error)
  if (/region is missing/i.test(words)) return new CannotBegin("Name the region: export AWS_REGION=…")
  if (/credential|token/i.test(words)) {
    return new CannotBegin(
      `There are no credentials that AWS takes (${words}): set AWS_PROFILE, and check it by aws sts get-caller-identity.`,
    )
  }
  return new CannotBegin(words)
}

program.pipe(
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, end) => {
      if (Exit.isSuccess(exit)) return end(Number(exit.value))
      if (Cause.hasInterruptsOnly(exit.cause)) return end(130)
      const error = Cause.squash(exit.cause)
      const words = error instanceof Error ? error.message : String(error)
      process.stderr.write(`${words.replaceAll(/\s+/g, " ").trim()}\n`)
      end(2)
    },
  }),
)
