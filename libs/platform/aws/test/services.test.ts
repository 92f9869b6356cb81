/** The services against an AWS that the tests play. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Stream } from "effect"
import { AwsConnection, Executions, Jobs, ObjectStore, Queues, Stacks } from "@pos/aws"
import { type Answer, asked, aws } from "./answers.ts"

const json = (body: unknown, status = 200): Answer => ({
  status,
  type: "application/x-amz-json-1.0",
  body: JSON.stringify(body),
})
const failure = (code: string, status: number): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>told so</Message></Error>`,
})

const page = (key: string, next?: string): Answer => ({
  body: `<ListBucketResult><Contents><Key>${key}</Key><Size>3</Size><ETag>"e"</ETag></Contents><IsTruncated>${next !== undefined}</IsTruncated>${
    next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`
  }</ListBucketResult>`,
})
const version = (id: string) =>
  `<Version><Key>k</Key><VersionId>${id}</VersionId><IsLatest>${id === "2"}</IsLatest><Size>1</Size><ETag>"e"</ETag></Version>`

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

describe("objects", () => {
  it.live("are written, and the version is told", () =>
    Effect.gen(function* () {
      const put = ObjectStore.use((store) => store.put({ bucket: "b", key: "k/é.json" }, "{}", "application/json"))
      const version = yield* aws(put, { headers: { "x-amz-version-id": "v7" } })
      assert.deepStrictEqual(version, Option.some("v7"))
      assert.strictEqual(asked[0]?.body, "{}")
      assert.match(asked[0]?.url ?? "", /^\/b\/k\/%C3%A9\.json/)
    }),
  )

  it.live("are replaced only where they are those that were seen", () =>
    Effect.gen(function* () {
      const replace = (seen: Option.Option<string>) =>
        ObjectStore.use((store) => store.replace({ bucket: "b", key: "k" }, "{}", "application/json", seen))
      yield* aws(replace(Option.some('"tag"')), {})
      yield* aws(replace(Option.none()), {})
      assert.deepStrictEqual(
        asked.map(({ ifMatch, ifNoneMatch }) => [ifMatch, ifNoneMatch]),
        [
          ['"tag"', undefined],
          [undefined, "*"],
        ],
      )
      for (const [code, status] of [
        ["PreconditionFailed", 412],
        ["ConditionalRequestConflict", 409],
        ["NoSuchKey", 404],
      ] as const) {
        const error = yield* Effect.flip(aws(replace(Option.some('"tag"')), failure(code, status)))
        assert.strictEqual(error._tag, "ObjectChanged", code)
        assert.strictEqual(error.message, "s3://b/k has changed meanwhile")
      }
      const error = yield* Effect.flip(aws(replace(Option.none()), failure("AccessDenied", 403)))
      assert.strictEqual(error._tag, "AwsError")
    }),
  )

  it.live("are asked for again when an answer ends in the middle, a few times", () =>
    Effect.gen(function* () {
      const whole = { body: "0123456789" }
      const get = ObjectStore.use((store) => store.get({ bucket: "b", key: "k", versionId: "v1" }))
      const bytes = yield* aws(get, { ...whole, cut: 4 }, { ...whole, cut: 0 }, whole)
      assert.strictEqual(new TextDecoder().decode(bytes), "0123456789")
      assert.lengthOf(asked, 3)
      assert.isTrue(asked.every(({ url }) => url.includes("versionId=v1")))
      asked.length = 0
      const error = yield* Effect.flip(aws(get, ...Array.from({ length: 9 }, () => ({ ...whole, cut: 4 }))))
      assert.strictEqual(error._tag, "AwsError")
      assert.isTrue(error._tag === "AwsError" && error.retryable)
      assert.lengthOf(asked, 5)
    }),
  )

  it.live("are read piece by piece where they are large", () =>
    Effect.gen(function* () {
      const place = { bucket: "b", key: "k" }
      const get = ObjectStore.use((store) => store.get({ ...place, piece: { start: 8, length: 4 } }))
      yield* aws(get, { status: 206, body: "89ab" })
      assert.strictEqual(asked[0]?.range, "bytes=8-11")
      asked.length = 0
      yield* aws(
        ObjectStore.use((store) => store.get(place)),
        { body: "0123456789abcdef" },
      )
      assert.isUndefined(asked[0]?.range)
    }),
  )

  it.live("that are not there are an error of their own", () =>
    Effect.gen(function* () {
      const get = ObjectStore.use((store) => store.get({ bucket: "b", key: "k" }))
      const error = yield* Effect.flip(aws(get, failure("NoSuchKey", 404)))
      assert.strictEqual(error._tag, "ObjectMissing")
      assert.strictEqual(error.message, "s3://b/k is not there")
    }),
  )

  it.live("are listed to the last page", () =>
    Effect.gen(function* () {
      const list = ObjectStore.use((store) => Stream.runCollect(store.list("b", "incoming/")))
      const found = yield* aws(list, page("incoming/1", "more"), page("incoming/2"))
      assert.deepStrictEqual(
        found.map(({ key }) => key),
        ["incoming/1", "incoming/2"],
      )
      assert.include(asked[1]?.url, "continuation-token=more")
    }),
  )

  it.live("are listed from a key on", () =>
    Effect.gen(function* () {
      yield* aws(
        ObjectStore.use((store) => Stream.runCollect(store.list("b", "runs/", "runs/2026"))),
        page("runs/20260301"),
      )
      assert.include(asked[0]?.url, "start-after=runs%2F2026")
    }),
  )

  it.live("have all their versions listed, page by page, without delete markers", () =>
    Effect.gen(function* () {
      const list = ObjectStore.use((store) => Stream.runCollect(store.versions("b", "k")))
      const found = yield* aws(
        list,
        {
          body: `<ListVersionsResult>${version("2")}<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker></ListVersionsResult>`,
        },
        {
          body: `<ListVersionsResult>${version("1")}<DeleteMarker><Key>k</Key><VersionId>0</VersionId></DeleteMarker><IsTruncated>false</IsTruncated></ListVersionsResult>`,
        },
      )
      assert.deepStrictEqual(
        found.map(({ latest, versionId }) => [versionId, latest]),
        [
          ["2", true],
          ["1", false],
        ],
      )
      assert.include(asked[1]?.url, "version-id-marker=2")
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
