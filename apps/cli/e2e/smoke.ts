/** `nx run infra:smoke` as a process, by a user who has the rights that the documents say it needs, and no others. */
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam"
import type { CheckResult } from "@pos/deployment"
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { options, type Running } from "./aws.ts"
import type { Pos, Ran } from "./pos.ts"

export interface Smoke {
  /** Runs it; `kill` sends the signal as soon as its output matches. */
  readonly run: (
    args: ReadonlyArray<string>,
    kill?: { readonly when: RegExp; readonly by: NodeJS.Signals },
  ) => Promise<Ran>
  readonly checks: (code: number, ...args: ReadonlyArray<string>) => Promise<ReadonlyArray<CheckResult>>
}

const workspace = join(import.meta.dirname, "../../..")

/** The policies of docs/deploying.md, for this stack. */
const documented = ({ outputs }: Running): ReadonlyArray<string> => {
  const page = readFileSync(join(workspace, "docs/deploying.md"), "utf8")
  const [, section = ""] = page.split("## Prove the deployment")
  const [own = ""] = section.split("\n## ")
  const names: Readonly<Record<string, string>> = {
    ACCOUNT: "000000000000",
    REGION: "us-east-1",
    STACK: "pos-local",
    SOURCE: outputs["SourceBucketName"]!,
    REJECTED: outputs["RejectedBucketName"]!,
    RESULTS: outputs["ResultsBucketName"]!,
    LAKE: outputs["LakeBucketName"]!,
  }
  return [...own.matchAll(/```json\n(.*?)```/gs)].map(([, text = ""]) =>
    text.replaceAll(new RegExp(`\\b(${Object.keys(names).join("|")})\\b`, "g"), (name) => names[name]!),
  )
}

export const makeSmoke = async (pos: Pos, at: Running): Promise<Smoke> => {
  const iam = new IAMClient(options(at.endpoint))
  const UserName = "smoke-runner"
  await iam.send(new CreateUserCommand({ UserName }))
  for (const [number, PolicyDocument] of documented(at).entries()) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: `smoke-${number}`, PolicyDocument }))
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const environment = {
    POS_HOME: pos.home,
    AWS_ENDPOINT_URL: at.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: AccessKey!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: AccessKey!.SecretAccessKey!,
  }
  const run: Smoke["run"] = (args, kill) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--conditions=@pos/source", "src/smoke/main.ts", ...args], {
        cwd: join(workspace, "apps/infra"),
        env: { ...process.env, ...environment, FORCE_COLOR: "0" },
      })
      let [out, err, killed] = ["", "", false]
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text
        if (kill?.when.test(out) === true && !killed) {
          killed = true
          child.kill(kill.by)
        }
      })
      child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
      child.on("error", reject)
      child.on("close", (code) => resolve({ code: code ?? -1, out, err }))
    })
  return {
    run,
    checks: async (code, ...args) => {
      const ran = await run([...args, "--json"])
      if (ran.code !== code) throw new Error(`smoke ended with ${ran.code}, not ${code}\n${ran.out}\n${ran.err}`)
      return (JSON.parse(ran.out) as { readonly checks: ReadonlyArray<CheckResult> }).checks
    },
  }
}
