/** The services against an AWS that the tests play. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { AwsConnection, Executions, Jobs, ObjectStore, Queues, Stacks } from "@pos/aws"
import { type Answer, asked, aws, failure } from "./answers.ts"

const json = (body: unknown, status = 200): Answer => ({
  status,
  type: "application/x-amz-json-1.0",
  body: JSON.stringify(body),
})

describe("a queue", () => {
  it.live("tells how many messages wait", () =>
    Effect.gen(function* () {
      const waiting = Queues.use((queues) => queues.waiting("https://sqs.example/1/letters"))
      assert.strictEqual(yield* aws(waiting, json({ Attributes: { ApproximateNumberOfMessages: "3" } })), 3)
      assert.include(asked[0]?.body, "letters")
    }),
  )
})

/** Epoch seconds of a day of January. */
const at = (day: number) => Date.UTC(2026, 0, day) / 1000

describe("what jobs use", () => {
  it.live("is counted by Glue, or by time and capacity, of the runs since a moment", () =>
    Effect.gen(function* () {
      const since = new Date("2026-01-10T00:00:00Z")
      const usage = Jobs.use((jobs) => jobs.usage("job", since))
      const used = yield* aws(
        usage,
        json({ JobRuns: [{ StartedOn: at(12), DPUSeconds: 100.5, ExecutionTime: 9 }], NextToken: "more" }),
        json({
          JobRuns: [
            { StartedOn: at(11), ExecutionTime: 16, MaxCapacity: 0.0625 },
            { StartedOn: at(10), ExecutionTime: 10, WorkerType: "G.2X", NumberOfWorkers: 3 },
            { StartedOn: at(9), ExecutionTime: 1000, MaxCapacity: 1 },
          ],
          NextToken: "older",
        }),
      )
      assert.strictEqual(used, 161.5)
      assert.lengthOf(asked, 2)
      assert.include(asked[1]?.body, "more")
    }),
  )
})

describe("a call", () => {
  const put = ObjectStore.use((store) => store.put({ bucket: "b", key: "k" }, "x", "text/plain"))

  it.live("that a busy service refuses is tried again", () =>
    Effect.gen(function* () {
      yield* aws(put, failure("SlowDown", 503), failure("InternalError", 500), {})
      assert.strictEqual(asked.length, 3)
    }),
  )

  it.live("that is not allowed is not", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(aws(put, failure("AccessDenied", 403)))
      assert.strictEqual(asked.length, 1)
      assert.include(error, { code: "AccessDenied", detail: "told so", retryable: false })
    }),
  )

  it.live(
    "to nobody says so",
    () =>
      Effect.gen(function* () {
        const nowhere = AwsConnection.layerOptions({
          region: "eu-central-1",
          endpoint: "http://127.0.0.1:1",
          credentials: { accessKeyId: "test", secretAccessKey: "test" },
          forcePathStyle: true,
        })
        const error = yield* Effect.flip(put.pipe(Effect.provide(Layer.provide(ObjectStore.layer, nowhere))))
        assert.include(error, { code: "ECONNREFUSED", retryable: true })
      }),
    20_000,
  )
})

describe("executions", () => {
  const start = Executions.use((executions) => executions.start({ machine: "arn:m", name: "n", input: { a: 1 } }))

  it.live("start once, however often they are told to", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* aws(start, json({ executionArn: "arn:e", startDate: 1 })), "started")
      assert.deepStrictEqual(JSON.parse(asked[0]?.body ?? ""), {
        stateMachineArn: "arn:m",
        name: "n",
        input: '{"a":1}',
      })
      assert.strictEqual(yield* aws(start, json({ __type: "ExecutionAlreadyExists", message: "" }, 400)), "already")
    }),
  )

  it.live("are listed only as far as they are asked for", () =>
    Effect.gen(function* () {
      const executions = [{ executionArn: "arn:1", name: "1", status: "RUNNING", startDate: 1 }]
      const list = Executions.use((service) => Stream.runCollect(Stream.take(service.list("arn:m"), 1)))
      const found = yield* aws(list, json({ executions, nextToken: "more" }))
      assert.deepStrictEqual(
        found.map(({ name, status }) => [name, status]),
        [["1", "RUNNING"]],
      )
      assert.strictEqual(asked.length, 1)
    }),
  )
})

const event = (type: string, more: object = {}) => ({ id: 1, timestamp: 1, type, ...more })

describe("an execution", () => {
  it.live("tells the state that it is in, however often a task of it was tried", () =>
    Effect.gen(function* () {
      const entered = event("TaskStateEntered", { stateEnteredEventDetails: { name: "Load" } })
      const state = Executions.use((executions) => executions.currentState("arn:e"))
      const tries = json({ events: [event("TaskFailed"), event("TaskScheduled")], nextToken: "more" })
      assert.strictEqual(yield* aws(state, tries, json({ events: [entered, event("ExecutionStarted")] })), "Load")
      assert.include(JSON.parse(asked[0]?.body ?? ""), { reverseOrder: true, includeExecutionData: false })
      assert.strictEqual(yield* aws(state, json({ events: [] })), undefined)
    }),
  )
})

describe("a stack", () => {
  const outputs = Stacks.use((stacks) => stacks.outputs("pos-dev"))

  it.live("tells its outputs by their names", () =>
    Effect.gen(function* () {
      const found = yield* aws(outputs, {
        body: "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>pos-dev</StackName><Outputs><member><OutputKey>A</OutputKey><OutputValue>1</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>",
      })
      assert.deepStrictEqual(found, { A: "1" })
    }),
  )

  it.live("that is not there is an error of its own", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        aws(outputs, {
          status: 400,
          body: "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id pos-dev does not exist</Message></Error></ErrorResponse>",
        }),
      )
      assert.strictEqual(error._tag, "StackMissing")
    }),
  )
})

describe("messages", () => {
  const bodies = Array.from({ length: 12 }, (_, at) => `message ${at}`)
  const send = Queues.use((queues) => queues.send("https://sqs.eu-central-1.amazonaws.com/1/queue", bodies))

  it.live("are sent ten at a time, to where the connection leads, whatever the queue's own host", () =>
    Effect.gen(function* () {
      yield* aws(send, json({ Successful: [], Failed: [] }), json({ Successful: [], Failed: [] }))
      const sent = asked.map(
        ({ body }) => (JSON.parse(body) as { Entries: ReadonlyArray<{ MessageBody: string }> }).Entries,
      )
      assert.deepStrictEqual(
        sent.map((entries) => entries.map(({ MessageBody }) => MessageBody)),
        [bodies.slice(0, 10), bodies.slice(10)],
      )
    }),
  )

  it.live("of which one is refused are an error, though the request went well", () =>
    Effect.gen(function* () {
      const refused = { Id: "3", Code: "InternalError", Message: "no", SenderFault: false }
      const error = yield* Effect.flip(aws(send, json({ Successful: [], Failed: [refused] })))
      assert.deepStrictEqual([error.code, error.detail, error.retryable], ["InternalError", "no", true])
      assert.lengthOf(asked, 1)
    }),
  )
})
