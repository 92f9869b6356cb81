/** The page and its answers, served to this machine alone. */
import { createServer } from "node:http"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse, HttpStaticServer } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { DashboardApi, Readable, WrongQuestion } from "./api/api.ts"
import { handlers } from "./handlers.ts"

const LOOPBACK = "127.0.0.1"

/** What a browser may do for the page: nothing that leaves this server, and no code but the page's own files. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ")

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
}

const LOCAL = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

const elsewhere = HttpServerResponse.text("This page is for this machine alone: open it at its address, 127.0.0.1.\n", {
  status: 403,
})

/** A fault of this program: whoever runs it sees all of it, the page a sentence. */
const unexpected = (defect: unknown) =>
  Effect.as(
    Effect.logError(defect),
    HttpServerResponse.jsonUnsafe(
      {
        problem: "This can't be answered, because of a fault in this program.",
        remedy: "Look at what pos dashboard has printed, and report it.",
      },
      { status: 500 },
    ),
  )

/** A page of somebody else's whose name leads here (DNS rebinding) must not read figures. */
const guard = HttpRouter.middleware(
  (answer) =>
    Effect.gen(function* () {
      const { headers } = yield* HttpServerRequest.HttpServerRequest
      const response = LOCAL.test(headers["host"] ?? "") ? yield* Effect.catchDefect(answer, unexpected) : elsewhere
      return HttpServerResponse.setHeaders(response, HEADERS)
    }),
  { global: true },
)

const readable = HttpApiMiddleware.layerSchemaErrorTransform(Readable, (error) =>
  Effect.fail(
    new WrongQuestion({
      problem: `The question can't be read: ${error.cause.message.replaceAll(/\s*\n\s*/g, " ")}.`,
      remedy: "Open the page again, or correct the address.",
    }),
  ),
)

/** What the page asks. */
export const answers = HttpApiBuilder.layer(DashboardApi).pipe(Layer.provide(handlers), Layer.provide(readable))

/** All routes. `folder` holds the built page. */
export const routes = (folder: string) =>
  Layer.mergeAll(answers, HttpStaticServer.layer({ root: folder, cacheControl: "no-cache" }), guard)

/** While it closes, each answer is the last one of its connection: who goes on asking would keep it from its end. */
const closable = () => {
  const server = createServer()
  server.on("request", (_, response) => {
    if (!server.listening) response.setHeader("connection", "close")
  })
  return server
}

/** Listens on loopback at this port; 0: one that is free. `HttpServer` tells the address. */
export const serve = (folder: string, port: number) =>
  HttpRouter.serve(routes(folder), { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(closable, { port, host: LOOPBACK })),
  )

/** Why nothing can be served, in the words of the system: `address already in use 127.0.0.1:4711`. */
export const whyNotServed = (error: Error): string =>
  (error.cause instanceof Error ? error.cause : error).message.split("\n")[0]?.replace(/^listen \w+: /, "") ?? ""

/** Where the page is. */
export const address = HttpServer.HttpServer.use(({ address: at }) =>
  Effect.succeed(at._tag === "InetAddressV4" ? `http://${LOOPBACK}:${at.port}/` : ""),
)
