import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, type Scope } from "effect"
import { createServer } from "node:http"
import { AwsConnection } from "../src/connection.ts"
import { partSize, Uploads } from "../src/uploads.ts"

interface Call {
  readonly operation: "put" | "create" | "part" | "complete" | "abort" | "unknown"
  readonly part: number
  readonly bytes: number
}

const operationOf = (method: string, query: URLSearchParams): Call["operation"] => {
  if (method === "POST" && query.has("uploads")) return "create"
  if (method === "POST" && query.has("uploadId")) return "complete"
  if (method === "DELETE" && query.has("uploadId")) return "abort"
  if (method === "PUT") return query.has("partNumber") ? "part" : "put"
  return "unknown"
}

const bodies: Partial<Record<Call["operation"], string>> = {
  create: "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
  complete: "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>",
}

/** As much of S3 as an upload sees. It refuses the part of this number. */
const fakeS3 = (refused?: number) =>
  Effect.gen(function* () {
    const calls: Array<Call> = []
    const server = createServer((request, response) => {
      let bytes = 0
      request.on("data", (chunk: Buffer) => (bytes += chunk.length))
      request.on("end", () => {
        const query = new URL(request.url ?? "", "http://s3").searchParams
        const part = Number(query.get("partNumber") ?? 0)
        const operation = operationOf(request.method ?? "", query)
        calls.push({ operation, part, bytes })
        const refuse = operation === "part" && part === refused
        response.writeHead(refuse ? 403 : 200, { etag: `"part-${part}"`, "x-amz-version-id": "v1" })
        response.end(
          refuse ? "<Error><Code>AccessDenied</Code><Message>no</Message></Error>" : (bodies[operation] ?? ""),
        )
      })
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () => Effect.sync(() => server.close()),
    )
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const connection = AwsConnection.layerOptions({
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      forcePathStyle: true,
    })
    return { calls, uploads: Uploads.layer.pipe(Layer.provide(connection)) }
  })

const upload = (size: number) =>
  Effect.gen(function* () {
    let sent = 0
    const { upload } = yield* Uploads
    const version = yield* upload({
      bucket: "source",
      key: "incoming/a.csv",
      source: { size, read: (_, length) => Effect.succeed(new Uint8Array(length)) },
      onProgress: (bytes) => Effect.sync(() => void (sent += bytes)),
    })
    return { version: Option.getOrUndefined(version), sent }
  })

const withS3 = <A, E>(
  refused: number | undefined,
  use: (s3: Effect.Success<ReturnType<typeof fakeS3>>) => Effect.Effect<A, E, Scope.Scope>,
) => Effect.scoped(Effect.flatMap(fakeS3(refused), use))

describe("uploads", () => {
  it.live("send what fits into one part in one request", () =>
    withS3(undefined, ({ calls, uploads }) =>
      Effect.gen(function* () {
        const result = yield* upload(1000).pipe(Effect.provide(uploads))
        assert.deepStrictEqual(result, { version: "v1", sent: 1000 })
        assert.deepStrictEqual(
          calls.map(({ operation }) => operation),
          ["put"],
        )
      }),
    ),
  )

  it.live("send an empty file", () =>
    withS3(undefined, ({ uploads }) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* upload(0).pipe(Effect.provide(uploads)), { version: "v1", sent: 0 })
      }),
    ),
  )

  it.live("send more in parts, the last one shorter, and complete them", () =>
    withS3(undefined, ({ calls, uploads }) =>
      Effect.gen(function* () {
        const size = 2 * partSize + 5
        assert.deepStrictEqual(yield* upload(size).pipe(Effect.provide(uploads)), { version: "v1", sent: size })
        assert.deepStrictEqual([calls[0]?.operation, calls.at(-1)?.operation], ["create", "complete"])
        const parts = calls.filter(({ operation }) => operation === "part").map(({ part }) => part)
        assert.deepStrictEqual(parts.toSorted(), [1, 2, 3])
      }),
    ),
  )

  it.live("leave nothing behind when a part is refused", () =>
    withS3(2, ({ calls, uploads }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(upload(2 * partSize + 5).pipe(Effect.provide(uploads)))
        assert.strictEqual(error.code, "AccessDenied")
        assert.strictEqual(calls.at(-1)?.operation, "abort")
        assert.notInclude(
          calls.map(({ operation }) => operation),
          "complete",
        )
      }),
    ),
  )
})
