/** The file that Lambda gets, loaded and called in a process of its own, against an AWS that this test plays. */
import { execFile } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { created, message } from "./world.ts"

const bundle = join(import.meta.dirname, "../dist/bundle/index.mjs")
const run = promisify(execFile)

/** Calls the handler twice with the same event, as a redelivery does, and prints its answers. */
const script = `
  import { handler } from ${JSON.stringify(bundle)}
  const event = JSON.parse(process.env.EVENT)
  const answers = [await handler(event), await handler(event)]
  process.stderr.write(JSON.stringify(answers))
  process.exit(0)
`

interface Call {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly target: string | undefined
  readonly body: string
}

describe("the bundle", () => {
  let server: Server
  let calls: Array<Call> = []

  beforeEach(async () => {
    calls = []
    const names = new Set<string>()
    server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8")
        const target = request.headers["x-amz-target"]?.toString()
        calls.push({ method: request.method, url: request.url, target, body })
        if (target === undefined) return response.writeHead(200, { "x-amz-version-id": "v1" }).end()
        const { name } = JSON.parse(body) as { name: string }
        const known = names.has(name)
        names.add(name)
        return response
          .writeHead(known ? 400 : 200, { "content-type": "application/x-amz-json-1.0" })
          .end(
            JSON.stringify(
              known
                ? { __type: "com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists", message: "again" }
                : { executionArn: `arn:${name}`, startDate: 1 },
            ),
          )
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  })

  afterEach(() => new Promise((resolve) => server.close(resolve)))

  const call = (event: unknown) =>
    run(process.execPath, ["--input-type=module", "--eval", script], {
      env: {
        EVENT: JSON.stringify(event),
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:machine",
        RESULTS_BUCKET: "results",
        STAGE: "test",
        PLAN_URI: "s3://assets/abc/plan.json",
        SHARD_BYTES: "1000",
        DATASETS: "sales,stores",
      },
      timeout: 20_000,
    })

  it("was built and is small", () => {
    assert.isTrue(existsSync(bundle), "build it first: npx nx run trigger:build")
    assert.isBelow(statSync(bundle).size, 1_000_000)
  })

  it("writes the manifest, then starts the run, and a redelivery is not an error", async () => {
    const { stderr, stdout } = await call({ Records: [message(created("incoming/a b.csv"))] })
    assert.deepStrictEqual(JSON.parse(stderr), [{ batchItemFailures: [] }, { batchItemFailures: [] }])
    const [put, start] = calls
    assert.strictEqual(put?.method, "PUT")
    assert.match(put?.url ?? "", /^\/results\/runs\/20250301T060000000Z-[0-9a-f]{12}\/manifest\.json/)
    assert.strictEqual(JSON.parse(put?.body ?? "").files[0].key, "incoming/a b.csv")
    assert.strictEqual(start?.target, "AWSStepFunctions.StartExecution")

    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    const started = lines.find((line) => line.event === "run started")
    assert.include(started, { level: "info", job: "trigger", fileCount: 1 })
    const metrics = lines.find((line) => line._aws !== undefined)
    assert.include(metrics, { Job: "trigger", Stage: "test", FilesReceived: 1, RunsStarted: 1, MessagesFailed: 0 })
    assert.deepStrictEqual(metrics._aws.CloudWatchMetrics[0].Dimensions, [["Job", "Stage"]])
    const ofSales = lines.find((line) => line._aws !== undefined && line.Dataset !== undefined)
    assert.include(ofSales, { Job: "trigger", Stage: "test", Dataset: "sales", FilesReceived: 1, RunsStarted: 1 })
    assert.deepStrictEqual(ofSales._aws.CloudWatchMetrics[0].Dimensions, [["Job", "Stage", "Dataset"]])
  })

  it("says which message was bad", async () => {
    const { stderr, stdout } = await call({ Records: [{ messageId: "bad", body: "{" }] })
    assert.deepStrictEqual(JSON.parse(stderr)[0], { batchItemFailures: [{ itemIdentifier: "bad" }] })
    assert.include(stdout, '"event":"message refused","messageId":"bad"')
    assert.deepStrictEqual(calls, [])
  })
})
