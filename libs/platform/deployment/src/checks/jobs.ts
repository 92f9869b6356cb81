/** Whether Glue could start the jobs: their roles, and the files that they run. */
import { GetRoleCommand, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam"
import { HeadObjectCommand } from "@aws-sdk/client-s3"
import { call } from "@pos/aws"
import { Effect } from "effect"
import { type Check, listed, Problem } from "../check.ts"
import { Clients } from "../clients.ts"
import { Deployment, type JobOutput } from "../deployment.ts"
import { counted } from "../internal/text.ts"
import { filesOfJob } from "./stack.ts"

const check = (name: string, output: JobOutput): Check<Deployment | Clients> => ({
  name: `job-${name}`,
  title: `${name} job can start`,
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const job = yield* jobOf(output)
    const role = job.Role ?? ""
    const files = filesOfJob(job.Command?.ScriptLocation, job.DefaultArguments ?? {})
    const faults = [...(yield* roleFaults(role)), ...(yield* missing(files)), ...(yield* unreadable(role, files))]
    if (faults.length === 0) return `${job.Command?.Name}, ${counted(files.length, "file")}, ${role.split("/").at(-1)}`
    return yield* new Problem({
      what: `The job ${outputs[output]} would not start: ${listed(faults)}.`,
      next: "Deploy the stack again; if it has not changed since, put that right by hand.",
    })
  }),
})

export const jobs = [
  check("validation", "ValidationJobName"),
  check("transformation", "TransformationJobName"),
  check("maintenance", "MaintenanceJobName"),
]

const jobOf = Effect.fnUntraced(function* (output: JobOutput) {
  const deployment = yield* Deployment
  const name = deployment.outputs[output]
  return yield* deployment.job(output).pipe(
    Effect.catchIf(
      (error) => error.code === "EntityNotFoundException",
      () =>
        Effect.fail(
          new Problem({ what: `The job ${name} is gone.`, next: "Deploy the stack again after its drift is mended." }),
        ),
    ),
  )
})

/** What keeps Glue from assuming the role. */
const roleFaults = Effect.fnUntraced(function* (arn: string) {
  const { iam } = yield* Clients
  const name = arn.split("/").at(-1) ?? ""
  return yield* call(`reading the role ${name}`, (signal) =>
    iam.send(new GetRoleCommand({ RoleName: name }), signal),
  ).pipe(
    Effect.map(({ Role }) =>
      decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "").includes("glue.amazonaws.com")
        ? []
        : [`Glue may not assume the role ${name}`],
    ),
    Effect.catchIf(
      (error) => error.code === "NoSuchEntity" || error.code === "NoSuchEntityException",
      () => Effect.succeed([`its role ${name} is gone`]),
    ),
  )
})

const placeOf = (uri: string) => {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? []
  return { Bucket: bucket, Key: key }
}

const missing = Effect.fnUntraced(function* (uris: ReadonlyArray<string>) {
  const { s3 } = yield* Clients
  const found = yield* Effect.forEach(
    uris,
    (uri) =>
      call(`looking for ${uri}`, (signal) => s3.send(new HeadObjectCommand(placeOf(uri)), signal)).pipe(
        Effect.as([]),
        Effect.catchIf(
          (error) => error.code === "NotFound" || error.code === "NoSuchKey",
          () => Effect.succeed([`its file ${uri} is not there`]),
        ),
      ),
    { concurrency: 4 },
  )
  return found.flat()
})

const unreadable = Effect.fnUntraced(function* (role: string, uris: ReadonlyArray<string>) {
  const { iam } = yield* Clients
  const found = yield* Effect.forEach(
    uris,
    (uri) => {
      const { Bucket, Key } = placeOf(uri)
      return call(`simulating the policies of ${role}`, (signal) =>
        iam.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: role,
            ActionNames: ["s3:GetObject"],
            ResourceArns: [`arn:aws:s3:::${Bucket}/${Key}`],
          }),
          signal,
        ),
      ).pipe(
        Effect.map(({ EvaluationResults = [] }) =>
          EvaluationResults.every(({ EvalDecision }) => EvalDecision === "allowed")
            ? []
            : [`its role ${role.split("/").at(-1)} may not read ${uri}`],
        ),
      )
    },
    { concurrency: 2 },
  )
  return found.flat()
})
