/** After the storm: what the runbook tells people to do, until nothing is left to do. */
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  paginateListExecutions,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn"
import { setTimeout } from "node:timers/promises"
import { disturb, jobs, type Platform, sqs } from "./platform.ts"

const ROUNDS = 6
const STILL_FOR = 120_000

/** An execution's run: those that repeat it have its name with an ending. */
const runOf = (name: string) => name.replace(/-again.*$/, "")

export const executions = async ({ states, at }: Platform): Promise<ReadonlyArray<ExecutionListItem>> => {
  const found: Array<ExecutionListItem> = []
  const stateMachineArn = at.outputs["StateMachineArn"]
  for await (const page of paginateListExecutions({ client: states }, { stateMachineArn })) {
    found.push(...(page.executions ?? []))
  }
  return found
}

const waiting = async ({ at }: Platform, queue: string): Promise<number> => {
  const names = ["", "NotVisible", "Delayed"].map((ending) => `ApproximateNumberOfMessages${ending}`)
  const answer = await sqs(at, "GetQueueAttributes", { QueueUrl: queue, AttributeNames: names })
  const attributes = (answer["Attributes"] ?? {}) as Record<string, string>
  return names.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0)
}

/** Waits until no message waits and no execution runs. Throws when nothing has changed for a while. */
const quiet = async (platform: Platform): Promise<void> => {
  const queue = platform.at.outputs["QueueUrl"] ?? ""
  let [before, since] = ["", Date.now()]
  for (; Date.now() - since < STILL_FOR; await setTimeout(500)) {
    const all = await executions(platform)
    const running = all.filter(({ status }) => status === "RUNNING").map(({ name = "" }) => name)
    const messages = await waiting(platform, queue)
    if (running.length === 0 && messages === 0) return
    const now = JSON.stringify({ running, messages, jobs: jobs(platform) })
    if (now !== before) [before, since] = [now, Date.now()]
  }
  throw new Error(`Nothing has happened for ${STILL_FOR / 1000} s, and the platform is not done: ${before}.`)
}

/** Sends the announcements that failed too often back to their queue, as `start-message-move-task` does. */
const redrive = async ({ at }: Platform): Promise<number> => {
  const from = at.outputs["DeadLetterQueueUrl"]!
  let moved = 0
  for (;;) {
    const answer = await sqs(at, "ReceiveMessage", { QueueUrl: from, MaxNumberOfMessages: 10 })
    const messages = (answer["Messages"] ?? []) as ReadonlyArray<{ Body: string; ReceiptHandle: string }>
    if (messages.length === 0) return moved
    for (const { Body, ReceiptHandle } of messages) {
      await sqs(at, "SendMessage", { QueueUrl: at.outputs["QueueUrl"], MessageBody: Body })
      await sqs(at, "DeleteMessage", { QueueUrl: from, ReceiptHandle })
      moved++
    }
  }
}

/** Runs of which no execution ended well: each with an execution that has its input. */
const failedRuns = async (platform: Platform): Promise<ReadonlyMap<string, string>> => {
  const all = await executions(platform)
  const well = new Set(all.filter(({ status }) => status === "SUCCEEDED").map(({ name = "" }) => runOf(name)))
  const failed = new Map<string, string>()
  for (const { name = "", executionArn = "" } of all) if (!well.has(runOf(name))) failed.set(runOf(name), executionArn)
  return failed
}

/** A run of which every file is bad fails, and rightly so. */
const isRight = async ({ states }: Platform, executionArn: string): Promise<boolean> =>
  (await states.send(new DescribeExecutionCommand({ executionArn }))).error === "Pos.NoValidFile"

const repeat = async ({ states, at }: Platform, run: string, executionArn: string, round: number): Promise<void> => {
  const { input } = await states.send(new DescribeExecutionCommand({ executionArn }))
  const stateMachineArn = at.outputs["StateMachineArn"]
  await states.send(new StartExecutionCommand({ stateMachineArn, name: `${run}-again${round}`, input }))
}

export interface Settled {
  readonly rounds: number
  readonly repeated: number
  readonly redriven: number
}

/** Ends all faults, and repeats what failed. Throws when something is stuck, or fails again and again. */
export const settle = async (platform: Platform, say: (words: string) => void): Promise<Settled> => {
  await disturb(platform, 0, {})
  let [repeated, redriven] = [0, 0]
  for (let round = 1; round <= ROUNDS; round++) {
    await quiet(platform)
    const moved = await redrive(platform)
    let again = 0
    for (const [run, arn] of await failedRuns(platform)) {
      if (await isRight(platform, arn)) continue
      await repeat(platform, run, arn, round)
      again++
    }
    say(`round ${round}: ${moved} announcement(s) sent back, ${again} run(s) repeated`)
    if (moved + again === 0) return { rounds: round, repeated, redriven }
    repeated += again
    redriven += moved
  }
  throw new Error(`Runs still fail after ${ROUNDS} rounds of repeating them.`)
}
