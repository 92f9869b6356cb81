/** An AWS that tests play: a server on the loopback interface with prepared answers. */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, beforeEach } from "@effect/vitest"
import { AwsConnection, Executions, Jobs, ObjectStore, Queues, Stacks } from "@pos/aws"
import { Effect, Layer } from "effect"

export interface Answer {
  readonly status?: number
  readonly type?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The connection ends after so many bytes of the body. */
  readonly cut?: number
}

let server: Server
let answers: Array<Answer> = []
/** What it was asked for, since the test began or `asked` was emptied. */
export const asked: Array<{
  readonly method: string
  readonly url: string
  readonly body: string
  readonly range: string | undefined
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}> = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      asked.push({
        method: request.method ?? "",
        url: request.url ?? "",
        range: request.headers.range,
        ifMatch: request.headers["if-match"],
        ifNoneMatch: request.headers["if-none-match"],
        body: Buffer.concat(chunks).toString("utf8"),
      })
      const { body = "", cut, headers = {}, status = 200, type = "application/xml" } = answers.shift() ?? {}
      if (cut === undefined) {
        response.writeHead(status, { "content-type": type, ...headers }).end(body)
        return
      }
      response.writeHead(status, { "content-type": type, "content-length": body.length, ...headers })
      response.write(body.slice(0, cut), () => response.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
})
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))
beforeEach(() => {
  answers = []
  asked.length = 0
})

/** Does it there. What is not prepared is an empty answer. */
export const aws = <A, E>(
  effect: Effect.Effect<A, E, ObjectStore | Executions | Jobs | Queues | Stacks>,
  ...prepared: ReadonlyArray<Answer>
): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    answers = [...prepared]
    const connection = AwsConnection.layerOptions({
      region: "eu-central-1",
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      forcePathStyle: true,
    })
    const services = Layer.mergeAll(ObjectStore.layer, Executions.layer, Jobs.layer, Queues.layer, Stacks.layer)
    return effect.pipe(Effect.provide(Layer.provide(services, connection)))
  })

/** S3's own form of an error. */
export const failure = (code: string, status: number): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>told so</Message></Error>`,
})
