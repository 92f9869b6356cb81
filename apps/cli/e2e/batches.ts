/** Which files the trigger gets in one batch is otherwise a matter of time: of what has arrived when a window ends. */
import { setTimeout } from "node:timers/promises"
import { authorization, type Running } from "./aws.ts"

interface Mapping {
  readonly UUID: string
  readonly EventSourceArn: string
}

const call = async <A>(url: string, service: string, init: RequestInit): Promise<A> => {
  const headers = { "content-type": "application/json", authorization: authorization(service), ...init.headers }
  const answer = await fetch(url, { ...init, headers })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as A
}

/** Takes up the files of an action in one batch: the trigger gets none before all of them wait in its queue. */
export const inOneBatch = async <A>({ endpoint }: Running, files: number, action: () => Promise<A>): Promise<A> => {
  const mappings = `${endpoint}/2015-03-31/event-source-mappings/`
  const { EventSourceMappings } = await call<{ readonly EventSourceMappings: ReadonlyArray<Mapping> }>(
    `${mappings}?FunctionName=pos-local-trigger`,
    "lambda",
    { method: "GET" },
  )
  const [mapping] = EventSourceMappings
  if (mapping === undefined) throw new Error("The trigger reads no queue.")
  const enable = (Enabled: boolean) =>
    call(`${mappings}${mapping.UUID}`, "lambda", { method: "PUT", body: JSON.stringify({ Enabled }) })
  const [, , , , account, queue] = mapping.EventSourceArn.split(":")
  const waiting = async () => {
    const { Attributes } = await call<{ readonly Attributes: Readonly<Record<string, string>> }>(endpoint, "sqs", {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.GetQueueAttributes" },
      body: JSON.stringify({
        QueueUrl: `${endpoint}/${account}/${queue}`,
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    })
    return Number(Attributes["ApproximateNumberOfMessages"])
  }

  await enable(false)
  try {
    const done = action()
    const over = done.then(
      () => true,
      () => true,
    )
    while ((await waiting()) < files && !(await Promise.race([over, setTimeout(100, false)])));
    await enable(true)
    return await done
  } finally {
    await enable(true)
  }
}
