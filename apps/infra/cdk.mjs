/**
 * `cdk diff`, `deploy` and `destroy` of a stage, once it is clear which one is meant and that AWS can be reached, and for the
 * first two, that the tables which are there can follow. CDK by
 * itself would take the stage `local`, which is the laptop's, take us-east-1 for a region that nobody named, and say of
 * missing credentials that it is unable to resolve an account.
 */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"

const [command = "deploy", ...given] = process.argv.slice(2)

/** The stage that CDK will find: on the command line, or as the context of cdk.json. */
const stageOf = () => {
  const options = { context: { type: "string", short: "c", multiple: true } }
  const { context = [] } = parseArgs({ args: given, options, strict: false }).values
  const named = context.map(String).findLast((one) => one.startsWith("stage="))
  const file = JSON.parse(readFileSync(join(import.meta.dirname, "cdk.json"), "utf8"))
  return named?.slice("stage=".length) ?? file.context.stage
}

const noCredentials = ({ message }) => `No AWS credentials were found (${message.split("\n")[0].replace(/\.$/, "")})`

/** Why CDK would end in a riddle or in the wrong place; nothing when it would not. */
const problem = async () => {
  const stage = stageOf()
  if (stage === undefined || stage === "local") {
    const what = stage === undefined ? "No stage is named" : "The stage local is this laptop's"
    return `${what}: for an AWS account set AWS_PROFILE and AWS_REGION and run nx run infra:${command} -- --context stage=dev (or another name); to try the platform on this laptop run npx pos start.`
  }
  const { config } = new CloudFormationClient({})
  const credentials = await config.credentials().then(() => undefined, noCredentials)
  if (credentials !== undefined) {
    return `${credentials}: set AWS_PROFILE to a profile of the account of stage ${stage}, or sign in to it; to try the platform on this laptop run npx pos start.`
  }
  if ((process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION) === undefined) {
    const region = await config.region().then(
      () => undefined,
      () => "No AWS region is set",
    )
    if (region !== undefined) return `${region}: set AWS_REGION to the region of stage ${stage}.`
  }
  return undefined
}

/**
 * What deploying would do to the tables that are there, shown; false where it is refused. `pos plan` compares the contracts
 * with their locks first.
 */
const mayBeDeployed = () => {
  const released = command === "deploy" ? ["--released"] : []
  const { error, status } = spawnSync("pos", ["plan", "--stack", `pos-${stageOf()}`, ...released], { stdio: "inherit" })
  if (error !== undefined) process.stderr.write(`pos plan did not start: ${error.message}\n`)
  return status === 0
}

/** Leaves out the comparison with the tables, for whoever may deploy and not read them. */
const UNCHECKED = "--unchecked"

const NOT_DEPLOYED =
  "Nothing was deployed: see above. If these credentials may not read the lake, docs/deploying.md lists the rights; " +
  `to deploy without the comparison all the same, add ${UNCHECKED}.\n`

const compares = (command === "deploy" || command === "diff") && !given.includes(UNCHECKED)

const cdk = () => {
  const passedOn = given.filter((argument) => argument !== UNCHECKED)
  return spawnSync("cdk", [command, ...passedOn], { stdio: "inherit" }).status ?? 1
}

const run = async () => {
  const found = await problem()
  if (found !== undefined) {
    process.stderr.write(`${found}\n`)
    return 1
  }
  const allowed = !compares || mayBeDeployed()
  if (allowed) return cdk()
  if (command === "diff") return cdk() || 1
  process.stderr.write(NOT_DEPLOYED)
  return 1
}

process.exitCode = await run()
