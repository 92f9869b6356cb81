/** Somebody who has subscribed to the topic, by HTTP. */
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout } from "node:timers/promises"
import { AnyNotice } from "@pos/pipeline"
import { Schema } from "effect"
import { authorization, type Running } from "./aws.ts"

export interface Subscriber {
  /** Waits for a message that matches, a minute unless told otherwise. */
  readonly told: (words: RegExp, seconds?: number) => Promise<string>
  readonly close: () => void
}

interface Delivery {
  readonly Type: "SubscriptionConfirmation" | "Notification"
  readonly SubscribeURL?: string
  readonly Message: string
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Array<Buffer> = []
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array))
  return Buffer.concat(parts).toString("utf8")
}

export const subscribe = async ({ endpoint, outputs }: Running): Promise<Subscriber> => {
  const messages: Array<string> = []
  let confirmed = false
  const server = createServer(async (request, response) => {
    const delivery = JSON.parse(await bodyOf(request)) as Delivery
    response.end()
    if (delivery.SubscribeURL !== undefined) confirmed = (await fetch(delivery.SubscribeURL)).ok
    else messages.push(delivery.Message)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: authorization("sns"), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      Action: "Subscribe",
      Version: "2010-03-31",
      TopicArn: outputs["TopicArn"]!,
      Protocol: "http",
      Endpoint: `http://127.0.0.1:${port}/`,
    }),
  })
  if (!answer.ok) throw new Error(`The topic cannot be subscribed to: ${await answer.text()}`)

  const until = async <A>(look: () => A | undefined, what: string, seconds = 60): Promise<A> => {
    for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await setTimeout(100)) {
      const found = look()
      if (found !== undefined) return found
    }
    throw new Error(`${what} did not come. Told so far:\n${messages.join("\n---\n")}`)
  }
  await until(() => confirmed || undefined, "The confirmation")
  return {
    told: async (words, seconds) => {
      const message = await until(() => messages.find((one) => words.test(one)), `A message like ${words}`, seconds)
      // Alarms are JSON of CloudWatch's.
      if (!message.startsWith("{")) Schema.decodeUnknownSync(AnyNotice)(message)
      return message
    },
    close: () => server.close(),
  }
}
