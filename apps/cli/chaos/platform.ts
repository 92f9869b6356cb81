/** The platform under test: its clients, which no fault touches, and its processes. */
import { S3Client } from "@aws-sdk/client-s3"
import { SFNClient } from "@aws-sdk/client-sfn"
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { authorization, options, type Running, running } from "../e2e/aws.ts"
import { makePos, type Pos } from "../e2e/pos.ts"

export interface Platform {
  readonly pos: Pos
  readonly at: Running
  readonly s3: S3Client
  readonly states: SFNClient
}

/** The header by which the local AWS knows the test's own requests. */
const steady = { "x-pos-steady": "1" }

interface Stack {
  readonly add: (middleware: never, options: { readonly step: "build"; readonly name: string }) => void
}

const mark = (next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
  Object.assign(args.request.headers, steady)
  return next(args)
}

/** A client that no fault touches. */
const untouched = <A extends { readonly middlewareStack: unknown }>(client: A): A => {
  ;(client.middlewareStack as Stack).add(mark as never, { step: "build", name: "steady" })
  return client
}

export const startPlatform = async (): Promise<Platform> => {
  const pos = makePos({ POS_LOCAL_AWS_FAULTS: "1" })
  await pos.json(0, "start", "--no-build")
  return platformOf(pos)
}

/** After a start: the endpoint may be another. */
export const platformOf = async (pos: Pos): Promise<Platform> => {
  const at = await running(pos)
  return {
    pos,
    at,
    s3: untouched(new S3Client({ ...options(at.endpoint), forcePathStyle: true, maxAttempts: 5 })),
    states: untouched(new SFNClient({ ...options(at.endpoint), maxAttempts: 5 })),
  }
}

export type Rates = Readonly<Record<string, number>>

/** Sets how often each fault strikes; tells how often each has struck until now. */
export const disturb = async ({ at }: Platform, seed: number, rates: Rates): Promise<Record<string, number>> => {
  const url = `${at.endpoint}/_pos/faults`
  const before = (await (await fetch(url)).json()) as Record<string, number>
  await fetch(url, { method: "POST", body: JSON.stringify({ seed, rates }) })
  return before
}

/** A plain request to SQS. */
export const sqs = async (at: Running, action: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(at.endpoint, {
    method: "POST",
    headers: {
      ...steady,
      authorization: authorization("sqs"),
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${action}`,
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`SQS ${action}: ${await answer.text()}`)
  const text = await answer.text()
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>)
}

const children = (parent: number): ReadonlyArray<{ readonly pid: number; readonly command: string }> =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid=,command="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && Number(match[2]) === parent)
    .map((match) => ({ pid: Number(match![1]), command: match![3]! }))

export const emulator = async ({ pos }: Platform): Promise<number> =>
  (await pos.json<{ readonly pid: number }>(0, "status")).pid

/** The processes of the Lambda: Nodes that the local AWS has started. */
export const lambdas = (pid: number): ReadonlyArray<number> =>
  children(pid)
    .filter(({ command }) => /\bnode\b/.test(command))
    .map((child) => child.pid)

/** The processes of the jobs that run now, as the local AWS notes them. */
export const jobs = ({ pos }: Platform): ReadonlyArray<number> => {
  const folder = join(pos.home, "data/processes")
  try {
    return readdirSync(folder).map(
      (name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { readonly pid: number }).pid,
    )
  } catch {
    return []
  }
}

/** Whether it was there to be killed. */
export const kill = (pid: number): boolean => {
  try {
    process.kill(pid, "SIGKILL")
    return true
  } catch {
    return false
  }
}
