/** A world without AWS: what the Lambda writes and starts is kept, and can be made to fail. */
import { AwsError, Executions, ObjectStore } from "@pos/aws"
import { layerLog, Lines } from "@pos/lambda-runtime"
import { Effect, Layer, Option, Stream } from "effect"
import { Digest } from "effect/crypto"
import { TriggerSettings } from "../src/settings.ts"

export interface World {
  readonly objects: Map<string, string>
  readonly executions: Map<string, unknown>
  /** What was logged, metrics included. */
  readonly lines: Array<object>
  /** Which of the two calls AWS refuses, or of which dataset's runs both. */
  refuses: "put" | "start" | { readonly dataset: string } | undefined
}

const refusal = (operation: string) =>
  new AwsError({ operation, code: "ThrottlingException", detail: "Rate exceeded", retryable: true, cause: "" })

export const makeWorld = () => {
  const world: World = { objects: new Map(), executions: new Map(), lines: [], refuses: undefined }
  const isAbout = (document: unknown) =>
    typeof world.refuses === "object" && String(document).includes(`"dataset":"${world.refuses.dataset}"`)
  const store = ObjectStore.of({
    get: () => Effect.die("not used"),
    put: ({ bucket, key }, body) =>
      world.refuses === "put" || isAbout(body)
        ? Effect.fail(refusal("put"))
        : Effect.sync(() => {
            world.objects.set(`s3://${bucket}/${key}`, String(body))
            return Option.some("v1")
          }),
    replace: () => Effect.die("not used"),
    list: () => Stream.empty,
    versions: () => Stream.empty,
  })
  const executions = Executions.of({
    start: ({ input, name }) => {
      if (world.refuses === "start") return Effect.fail(refusal("start"))
      if (world.executions.has(name)) return Effect.succeed("already")
      world.executions.set(name, input)
      return Effect.succeed("started")
    },
    describe: () => Effect.die("not used"),
    list: () => Stream.empty,
    currentState: () => Effect.die("not used"),
  })
  const layer = Layer.mergeAll(
    Layer.succeed(ObjectStore, store),
    Layer.succeed(Executions, executions),
    Layer.succeed(TriggerSettings, {
      stateMachine: "arn:machine",
      resultsBucket: "results",
      stage: "test",
      plan: "s3://assets/abc/plan.json",
      shardBytes: 100,
      datasets: ["sales", "stores"],
    }),
    Digest.layerWebCrypto,
    layerLog("trigger"),
    Layer.succeed(Lines, (line) => {
      world.lines.push(line)
    }),
  )
  return { world, layer }
}

let sequence = 0

/** An S3 record as S3 sends it: `key` is the object's own, and is encoded here. */
export const created = (key: string, rest: { readonly at?: string; readonly version?: string } = {}) => ({
  eventVersion: "2.1",
  eventSource: "aws:s3",
  eventName: "ObjectCreated:Put",
  eventTime: rest.at ?? "2025-03-01T06:00:00.000Z",
  s3: {
    bucket: { name: "source", arn: "arn:aws:s3:::source" },
    object: {
      key: encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/"),
      size: 12,
      eTag: "d41d8cd98f00b204e9800998ecf8427e",
      versionId: rest.version ?? `v${key}`,
      sequencer: (++sequence).toString(16).padStart(16, "0"),
    },
  },
})

export const message = (...records: ReadonlyArray<unknown>) => ({
  messageId: `message-${++sequence}`,
  body: JSON.stringify({ Records: records }),
})
