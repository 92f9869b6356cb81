import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ExecutionInput, Manifest } from "@pos/pipeline"
import { onBatch } from "../src/batch.ts"
import { created, makeWorld, message } from "./world.ts"

const decodeManifest = Schema.decodeEffect(Schema.fromJsonString(Manifest))

/** Runs one batch and gives what it answered, and the manifest of the run that it started, if it did. */
const handle = (
  messages: ReadonlyArray<{ readonly messageId: string; readonly body: string }>,
  { layer, world } = makeWorld(),
) =>
  Effect.gen(function* () {
    const { batchItemFailures } = yield* onBatch({ Records: messages }).pipe(Effect.provide(layer))
    const manifests = yield* Effect.forEach([...world.objects.values()], (text) => decodeManifest(text))
    return { again: batchItemFailures.map((one) => one.itemIdentifier), manifests, world }
  })

const keys = (manifest: Manifest | undefined) => manifest?.files.map((file) => file.key)

describe("a batch", () => {
  it.effect("starts one run over every record of every message", () =>
    Effect.gen(function* () {
      const { again, manifests, world } = yield* handle([
        message(created("incoming/b.csv"), created("incoming/a.csv")),
        message(created("incoming/c.csv")),
      ])
      assert.deepStrictEqual(again, [])
      assert.deepStrictEqual(manifests.map(keys), [["incoming/a.csv", "incoming/b.csv", "incoming/c.csv"]])
      assert.strictEqual(world.executions.size, 1)
    }),
  )

  it.effect("gives the execution the manifest's place, under the run's id", () =>
    Effect.gen(function* () {
      const { manifests, world } = yield* handle([message(created("incoming/a.csv"))])
      const [[name, input] = []] = [...world.executions]
      const [uri] = [...world.objects.keys()]
      assert.strictEqual(name, manifests[0]?.runId)
      assert.deepStrictEqual(yield* Schema.decodeUnknownEffect(ExecutionInput)(input), {
        eventTime: "2025-03-01T06:00:00.000Z",
        dataset: "sales",
        runId: manifests[0]!.runId,
        manifest: uri!,
        fileCount: 1,
        shards: 1,
        plan: "s3://assets/abc/plan.json",
      })
      assert.strictEqual(uri, `s3://results/runs/${name}/manifest.json`)
    }),
  )

  it.effect("splits a manifest that is too much for one run of the job, and says into how many parts", () =>
    Effect.gen(function* () {
      // Twelve bytes a file, a hundred bytes a shard.
      const small = yield* handle([message(...Array.from({ length: 8 }, (_, n) => created(`incoming/${n}.csv`)))])
      assert.notProperty(small.manifests[0], "shards")
      const large = yield* handle([message(...Array.from({ length: 20 }, (_, n) => created(`incoming/${n}.csv`)))])
      assert.deepStrictEqual(
        large.manifests[0]?.shards?.map(({ count }) => count),
        [7, 7, 6],
      )
      const [input] = [...large.world.executions.values()]
      assert.strictEqual((yield* Schema.decodeUnknownEffect(ExecutionInput)(input)).shards, 3)
    }),
  )

  it.effect("takes the newest record's time as the event time, whatever the order", () =>
    Effect.gen(function* () {
      const { manifests } = yield* handle([
        message(created("incoming/a.csv", { at: "2025-03-01T06:00:02.5Z" })),
        message(created("incoming/b.csv", { at: "2025-03-01T06:00:10.000Z" })),
        message(created("incoming/c.csv", { at: "2025-03-01T06:00:09.999Z" })),
      ])
      assert.strictEqual(manifests[0]?.eventTime, "2025-03-01T06:00:10.000Z")
    }),
  )

  it.effect("takes each version once, though S3 may announce it twice", () =>
    Effect.gen(function* () {
      const record = created("incoming/a.csv")
      const { manifests } = yield* handle([message(record), message(record), message(record, record)])
      assert.strictEqual(manifests[0]?.files.length, 1)
    }),
  )

  it.effect("keeps two versions of one key apart, in the order of their writes", () =>
    Effect.gen(function* () {
      const first = created("incoming/a.csv", { version: "z" })
      const second = created("incoming/a.csv", { version: "a" })
      const { manifests } = yield* handle([message(second), message(first)])
      assert.deepStrictEqual(
        manifests[0]?.files.map((file) => file.versionId),
        ["z", "a"],
      )
    }),
  )

  it.effect("that comes again starts nothing again and writes the same manifest", () =>
    Effect.gen(function* () {
      const scene = makeWorld()
      const batch = [message(created("incoming/a.csv"), created("incoming/b.csv"))]
      yield* handle(batch, scene)
      const before = new Map(scene.world.objects)
      const { again } = yield* handle(batch, scene)
      assert.deepStrictEqual(again, [])
      assert.strictEqual(scene.world.executions.size, 1)
      assert.deepStrictEqual(scene.world.objects, before)
    }),
  )

  it.effect("understands keys as S3 encodes them", () =>
    Effect.gen(function* () {
      const odd = "incoming/Filiale Zürich+1/100%/今日.csv"
      const { manifests } = yield* handle([message(created(odd))])
      assert.deepStrictEqual(keys(manifests[0]), [odd])
    }),
  )
})

describe("a batch of several datasets", () => {
  const mixed = [
    message(created("incoming/a.csv", { at: "2025-03-01T06:00:01.000Z" }), created("incoming/stores/b.csv")),
    message(created("incoming/sales/c.csv"), created("incoming/stores2/d.csv")),
    message(created("incoming/stores/e.csv", { at: "2025-03-01T06:00:09.000Z" })),
  ]

  it.effect("starts one run for each, over its own files and with its own time", () =>
    Effect.gen(function* () {
      const { again, manifests, world } = yield* handle(mixed)
      assert.deepStrictEqual(again, [])
      assert.deepStrictEqual(
        manifests.map(({ dataset, eventTime, files }) => [dataset, eventTime, files.map(({ key }) => key)]),
        [
          ["sales", "2025-03-01T06:00:01.000Z", ["incoming/a.csv", "incoming/sales/c.csv", "incoming/stores2/d.csv"]],
          ["stores", "2025-03-01T06:00:09.000Z", ["incoming/stores/b.csv", "incoming/stores/e.csv"]],
        ],
      )
      const inputs = yield* Effect.forEach([...world.executions.values()], (input) =>
        Schema.decodeUnknownEffect(ExecutionInput)(input),
      )
      assert.deepStrictEqual(
        inputs.map(({ dataset, fileCount }) => [dataset, fileCount]),
        [
          ["sales", 3],
          ["stores", 2],
        ],
      )
    }),
  )

  it.effect("that comes again in another order starts nothing again", () =>
    Effect.gen(function* () {
      const scene = makeWorld()
      yield* handle(mixed, scene)
      const before = new Map(scene.world.objects)
      const { again } = yield* handle(mixed.toReversed(), scene)
      assert.deepStrictEqual(again, [])
      assert.strictEqual(scene.world.executions.size, 2)
      assert.deepStrictEqual(scene.world.objects, before)
    }),
  )

  it.effect("of which AWS refuses one run: only messages with its files come again, and the other run starts", () =>
    Effect.gen(function* () {
      const scene = makeWorld()
      scene.world.refuses = { dataset: "stores" }
      const { again, manifests, world } = yield* handle(mixed, scene)
      assert.deepStrictEqual(again, [mixed[0]?.messageId, mixed[2]?.messageId])
      assert.deepStrictEqual(
        manifests.map(({ dataset }) => dataset),
        ["sales"],
      )
      assert.strictEqual(world.executions.size, 1)
    }),
  )

  it.effect("counts all its files, and those of each dataset", () =>
    Effect.gen(function* () {
      const { world } = yield* handle(mixed)
      const counts = world.lines
        .map((line): Readonly<Record<string, unknown>> => ({ ...line }))
        .filter((line) => "_aws" in line)
        .map(({ Dataset, FilesReceived, RunsStarted }) => [Dataset, FilesReceived, RunsStarted])
      assert.deepStrictEqual(counts, [
        [undefined, 5, 2],
        ["sales", 3, 1],
        ["stores", 2, 1],
      ])
    }),
  )
})

const nothing = (name: string, body: string) =>
  it.effect(name, () =>
    Effect.gen(function* () {
      const { again, world } = yield* handle([{ messageId: "m", body }])
      assert.deepStrictEqual(again, [])
      assert.strictEqual(world.objects.size + world.executions.size, 0)
    }),
  )

describe("what starts nothing", () => {
  nothing("S3's test event", JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "source" }))
  nothing("a folder marker", message(created("incoming/2025/")).body)
  nothing("an object outside incoming/", message(created("archive/a.csv"), created("incoming.csv")).body)
  nothing("a deletion", message({ ...created("incoming/a.csv"), eventName: "ObjectRemoved:DeleteMarkerCreated" }).body)
  nothing("a message without records", JSON.stringify({ Records: [] }))
})

describe("the log", () => {
  it.effect("says what was ignored and why, and what was refused and why", () =>
    Effect.gen(function* () {
      const { world } = yield* handle([message(created("incoming/2025/")), { messageId: "bad", body: "{" }])
      const said = JSON.stringify(world.lines)
      assert.include(said, '"event":"object ignored"')
      assert.include(said, '"key":"incoming/2025/","why":"folder marker"')
      assert.include(said, '"event":"message refused","messageId":"bad"')
      assert.include(said, '"ObjectsIgnored":1,"MessagesFailed":1')
    }),
  )
})

describe("a bad message", () => {
  const good = message(created("incoming/good.csv"))
  for (const [what, body] of Object.entries({
    "that is no JSON": "{",
    "that is no S3 notification": JSON.stringify({ hello: "world" }),
    "whose record lacks its object": JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put" }] }),
    "whose key is not URL-encoded": message({
      ...created("incoming/a.csv"),
      s3: { bucket: { name: "source" }, object: { key: "incoming/%E0%A4%A", size: 1 } },
    }).body,
  })) {
    it.effect(`${what} comes again, and the others go on`, () =>
      Effect.gen(function* () {
        const { again, manifests } = yield* handle([{ messageId: "bad", body }, good])
        assert.deepStrictEqual(again, ["bad"])
        assert.deepStrictEqual(manifests.map(keys), [["incoming/good.csv"]])
      }),
    )
  }
})

describe("when AWS refuses", () => {
  for (const refuses of ["put", "start"] as const) {
    it.effect(`to ${refuses}, the messages of the run come again, those without files do not`, () =>
      Effect.gen(function* () {
        const scene = makeWorld()
        scene.world.refuses = refuses
        const announcing = message(created("incoming/a.csv"))
        const { again, world } = yield* handle([announcing, message(created("archive/b.csv"))], scene)
        assert.deepStrictEqual(again, [announcing.messageId])
        assert.strictEqual(world.executions.size, 0)
      }),
    )
  }
})
