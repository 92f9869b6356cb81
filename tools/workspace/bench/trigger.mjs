/**
 * One cold start of the Lambda's bundle, against an AWS that this process plays: prints as JSON how long loading it took,
 * and how long one batch of `EVENTS` S3 events took from the call of the handler until StartExecution arrived; then the
 * same for a second batch, which finds everything warm. Milliseconds of a clock, and of the processor: of the latter the
 * part that plays AWS is some.
 */
import { createServer } from "node:http"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const workspace = join(import.meta.dirname, "../../..")
const events = Number(process.env.EVENTS ?? 1000)

let arrived = () => {}
const server = createServer((request, response) => {
  request.resume()
  request.on("end", () => {
    if (request.headers["x-amz-target"] === undefined)
      return response.writeHead(200, { "x-amz-version-id": "v1" }).end()
    arrived()
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" })
    response.end(JSON.stringify({ executionArn: "arn:started", startDate: 1 }))
  })
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
Object.assign(process.env, {
  AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}`,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:machine",
  RESULTS_BUCKET: "results",
  STAGE: "bench",
  PLAN_URI: "s3://assets/plan.json",
  SHARD_BYTES: "1000000000",
  DATASETS: "sales,stores",
})

const created = (batch, number) => ({
  messageId: `m-${batch}-${number}`,
  body: JSON.stringify({
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "eu-central-1",
        eventTime: "2025-03-01T06:00:00.000Z",
        eventName: "ObjectCreated:Put",
        s3: {
          bucket: { name: "source", arn: "arn:aws:s3:::source" },
          object: {
            key: `incoming/2025-03-01/${batch}/till-${String(number).padStart(5, "0")}.csv`,
            size: 1000 + number,
            eTag: "d41d8cd98f00b204e9800998ecf8427e",
            versionId: `version-${batch}-${number}`,
            sequencer: number.toString(16).toUpperCase().padStart(18, "0"),
          },
        },
      },
    ],
  }),
})

/** Begins to measure; what it returns tells what was taken since. */
const stopwatch = () => {
  const [clock, processor] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(processor)
    return { milliseconds: performance.now() - clock, processor: (user + system) / 1000 }
  }
}

const loaded = stopwatch()
const { handler } = await import(pathToFileURL(join(workspace, "apps/trigger/dist/bundle/index.mjs")).href)
const figures = { import: loaded() }
// What the Lambda writes to its log is no figure.
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true
for (const name of ["cold", "warm"]) {
  const event = { Records: Array.from({ length: events }, (_, number) => created(name, number)) }
  const taken = stopwatch()
  const starting = new Promise((resolve) => (arrived = () => resolve(taken())))
  const [answer] = await Promise.all([handler(event), starting.then((figure) => (figures[name] = figure))])
  if (answer.batchItemFailures.length > 0) throw new Error(JSON.stringify(answer).slice(0, 500))
}
write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
