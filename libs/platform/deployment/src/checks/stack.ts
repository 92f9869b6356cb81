/** Who asks, where, and whether what is deployed is what this checkout would deploy. */
import { call } from "@pos/aws"
import { argument, repairModulesArgument } from "@pos/pipeline"
import { Effect } from "effect"
import { type Check, listed, NotChecked, Problem } from "../check.ts"
import { Checkout } from "../checkout.ts"
import { Clients } from "../clients.ts"
import { Deployment, jobOutputs } from "../deployment.ts"
import { counted } from "../internal/text.ts"
import { differing } from "../template.ts"

export const identity: Check<Deployment> = {
  name: "identity",
  title: "credentials are known",
  prove: Effect.gen(function* () {
    const deployment = yield* Deployment
    const { account, arn } = yield* deployment.identity
    const [, , , , owner = ""] = deployment.outputs.StateMachineArn.split(":")
    if (owner === account) return `${arn}, account ${account}`
    return yield* new Problem({
      what: `The credentials are those of account ${account}, and the stack ${deployment.stack} is in account ${owner}.`,
      next: "Set AWS_PROFILE to a profile of that account.",
    })
  }),
}

export const region: Check<Deployment | Clients> = {
  name: "region",
  title: "region is the stack's",
  prove: Effect.gen(function* () {
    const { region: deployed, stack } = yield* Deployment
    const { cloudFormation } = yield* Clients
    const asked = yield* call("finding the region", () => cloudFormation.config.region())
    if (asked === deployed) return deployed
    return yield* new Problem({
      what: `The clients work in ${asked}, and the state machine of ${stack} is in ${deployed}.`,
      next: `Set AWS_REGION=${deployed}.`,
    })
  }),
}

export const status: Check<Deployment> = {
  name: "stack",
  title: "last deployment ended well",
  prove: Effect.gen(function* () {
    const { stack, status: told } = yield* Deployment
    if (told === "CREATE_COMPLETE" || told === "UPDATE_COMPLETE") return `${stack} is ${told}`
    if (told.endsWith("_IN_PROGRESS")) {
      return yield* new Problem({
        what: `The stack ${stack} is ${told}.`,
        next: "Wait until its deployment has ended.",
      })
    }
    return yield* new Problem({
      what: `The stack ${stack} is ${told}: its last deployment failed.`,
      next: `See why (aws cloudformation describe-stack-events --stack-name ${stack}), then deploy it again.`,
    })
  }),
}

const deployAgain = (stage: string) =>
  stage === "local"
    ? "Deploy this checkout: pos start."
    : `Deploy this checkout (npx nx run infra:deploy -- --context stage=${stage}), or check out what is deployed.`

export const plan: Check<Deployment | Checkout> = {
  name: "plan",
  title: "contract is this checkout's",
  prove: Effect.gen(function* () {
    const { outputs, stack, stage } = yield* Deployment
    const { plan: own } = yield* Checkout
    const deployed = outputs.ContractHash
    const contracts = Object.values(own.datasets).map(({ contract }) => `${contract.name} ${contract.version}`)
    if (deployed === own.hash) return `${contracts.join(", ")}: ${short(own.hash)}`
    return yield* new Problem({
      what:
        `${stack} judges by the plan ${deployed === undefined ? "of an older release, which does not tell its hash" : short(deployed)}, ` +
        `and this checkout's is ${short(own.hash)} (${contracts.join(", ")}).`,
      next: deployAgain(stage),
    })
  }),
}

const short = (hash: string): string => hash.replace(/^sha256:/, "").slice(0, 12)

const fileArguments = [
  argument("plan"),
  "--extra-py-files",
  "--additional-python-modules",
  "--extra-jars",
  repairModulesArgument,
]

/** The files that a job's arguments name, as URIs. */
export const filesOfJob = (
  command: string | undefined,
  given: Readonly<Record<string, string>>,
): ReadonlyArray<string> =>
  [...new Set([command, ...fileArguments.map((name) => given[name])].flatMap((text) => text?.split(",") ?? []))].filter(
    (uri) => uri.startsWith("s3://"),
  )

export const code: Check<Deployment | Checkout> = {
  name: "code",
  title: "jobs' files are this checkout's",
  prove: Effect.gen(function* () {
    const { job, outputs, stage } = yield* Deployment
    const { files } = yield* Checkout
    if (files.length === 0)
      return yield* new NotChecked({ reason: "The jobs are not built here: npx nx run infra:artefacts." })
    const own = new Set(files.map(({ key }) => key))
    const strange = yield* Effect.forEach(jobOutputs, (output) =>
      Effect.map(job(output), ({ Command, DefaultArguments = {} }) =>
        filesOfJob(Command?.ScriptLocation, DefaultArguments)
          .map((uri) => uri.split("/").slice(3).join("/"))
          .filter((key) => !own.has(key))
          .map((key) => `${key.split("/").at(-1)} of ${outputs[output]}`),
      ),
    )
    const others = strange.flat()
    if (others.length === 0) return `${counted(jobOutputs.length, "job")} with the files that are built here`
    return yield* new Problem({
      what: `The jobs run other files than those that are built here: ${listed(others)}.`,
      next: deployAgain(stage),
    })
  }),
}

export const template: Check<Deployment | Checkout> = {
  name: "template",
  title: "template is this checkout's",
  prove: Effect.gen(function* () {
    const deployment = yield* Deployment
    const { template: own } = yield* Checkout
    if (own === undefined) {
      return yield* new NotChecked({
        reason: `Only npx nx run infra:smoke -- --context stage=${deployment.stage} makes the stage's template.`,
      })
    }
    const differences = differing(own, yield* deployment.template)
    if (differences.length === 0) return counted(Object.keys(own.Resources).length, "resource")
    return yield* new Problem({
      what: `${counted(differences.length, "resource differs", "resources differ")} between ${deployment.stack} and this checkout with these settings: ${listed(differences)}.`,
      next: `See how (npx nx run infra:diff -- --context stage=${deployment.stage}). ${deployAgain(deployment.stage)}`,
    })
  }),
}
