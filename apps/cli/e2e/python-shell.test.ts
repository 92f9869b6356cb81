/** The embedded engine in a Python Shell, as `transformationType=pythonshell` deploys it. */
import { GetJobCommand, GlueClient } from "@aws-sdk/client-glue"
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import { options, redeploy, running } from "./aws.ts"
import { aDayInManyFiles } from "./maintained.ts"
import { makePos, randomPort } from "./pos.ts"
import { areTheCallsOnRecord } from "./recorded-calls.ts"

const pos = makePos()

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  await redeploy(pos, "cdk.out.shell")
}, 120_000)

afterAll(() => pos.dispose(), 60_000)

it("is what both jobs on the tables are now", async () => {
  const glue = new GlueClient(options((await running(pos)).endpoint))
  for (const JobName of ["pos-local-transformation", "pos-local-maintenance"]) {
    const { Job } = await glue.send(new GetJobCommand({ JobName }))
    assert.deepInclude(Job?.Command, { Name: "pythonshell", PythonVersion: "3.9" })
  }
})

aDayInManyFiles(pos)
areTheCallsOnRecord(pos, "python-shell", { settings: { transformationType: "pythonshell" } })
