/** Asking an endpoint whose it is: what counts as an answer, and what asking costs. */
import { createHmac } from "node:crypto"
import { createServer, type RequestListener } from "node:http"
import { assert, describe, it, vi } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { identityOf } from "../src/local-aws.ts"

const SECRET = "a secret"

/** An endpoint that answers so, for as long as the scope. */
const endpoint = (answer: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
      const server = createServer(answer)
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        const close = () => {
          server.closeAllConnections()
          server.close()
        }
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close }))
      })
    }),
    ({ close }) => Effect.sync(close),
  ).pipe(Effect.map(({ url }) => url))

const ask = (url: string) => identityOf({ endpoint: url, secret: SECRET, within: Duration.seconds(5) })

/** The answer of one that knows `secret`. */
const known =
  (secret: string): RequestListener =>
  (request, response) => {
    const nonce = new URL(request.url ?? "", "http://localhost").searchParams.get("nonce")
    const proof = createHmac("sha256", secret).update(`${nonce}\n1:2\n7`).digest("hex")
    response.end(JSON.stringify({ pid: 7, folder: "1:2", data: "/data", proof }))
  }

describe("whose an endpoint is", () => {
  it.effect("is told by who knows the secret", () =>
    Effect.gen(function* () {
      const answer = yield* ask(yield* endpoint(known(SECRET)))
      assert.deepStrictEqual([answer?.pid, answer?.folder, answer?.data], [7, "1:2", "/data"])
    }),
  )

  const others: ReadonlyArray<readonly [string, RequestListener]> = [
    ["by nobody else", known("another")],
    ["not by an error", (_, response) => response.writeHead(500).end("{}")],
    ["not by who sends elsewhere", (_, response) => response.writeHead(302, { location: "/" }).end()],
    ["not by what is no JSON", (_, response) => response.end("hello")],
    [
      "not by an answer that breaks off",
      (_, response) => {
        response.writeHead(200, { "content-length": "100" }).write("{")
        response.destroy()
      },
    ],
  ]
  for (const [words, answer] of others) {
    it.effect(words, () =>
      Effect.gen(function* () {
        assert.isUndefined(yield* ask(yield* endpoint(answer)))
      }),
    )
  }

  it.effect("is asked without fetch, whose loading takes longer than all else", () =>
    Effect.gen(function* () {
      vi.stubGlobal("fetch", () => Promise.reject(new Error("fetch was called")))
      yield* Effect.addFinalizer(() => Effect.sync(() => vi.unstubAllGlobals()))
      assert.isDefined(yield* ask(yield* endpoint(known(SECRET))))
    }),
  )
})
