/**
 * A bad day for the whole local chain: files come in while processes are killed, requests fail and announcements are
 * mixed up. Afterwards nothing may be lost, nothing doubled, and the tables must be those of a quiet day.
 */
import { PutObjectCommand } from "@aws-sdk/client-s3"
import { setTimeout } from "node:timers/promises"
import { makeSender } from "./deliveries.ts"
import { makeDice } from "./dice.ts"
import { change, mishaps, weathers } from "./mishaps.ts"
import { disturb, type Platform, sqs, startPlatform } from "./platform.ts"
import { executions, settle } from "./settle.ts"
import { problems, type Uploaded } from "./verdict.ts"

export interface Options {
  readonly seed: number
  /** How long mishaps go on. Settling takes as long again, or longer. */
  readonly seconds: number
  readonly say: (words: string) => void
}

export interface Summary {
  readonly seed: number
  readonly seconds: number
  readonly files: number
  readonly rows: number
  readonly runs: number
  readonly mishaps: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  readonly repeated: number
  readonly redriven: number
  /** What is wrong in the end: nothing, or the platform has a defect. */
  readonly problems: ReadonlyArray<string>
}

/** On AWS a message that was taken and not dealt with comes again after minutes; no test waits for that. */
const VISIBILITY_SECONDS = 8

const counted = (tally: Record<string, number>, name: string, by = 1) => {
  tally[name] = (tally[name] ?? 0) + by
}

export const chaos = async ({ seed, seconds, say }: Options): Promise<Summary> => {
  const dice = makeDice(seed)
  const sender = makeSender(dice)
  const uploads: Array<Uploaded> = []
  const [mishapsSeen, faults]: [Record<string, number>, Record<string, number>] = [{}, {}]
  let platform: Platform = await startPlatform()

  const upload = async (): Promise<string> => {
    const count = 1 + dice.below(4)
    for (let at = 0; at < count; at++) {
      const delivery = sender.delivery()
      const Bucket = platform.at.outputs["SourceBucketName"]
      const { VersionId = "null" } = await platform.s3.send(
        new PutObjectCommand({ Bucket, Key: delivery.key, Body: delivery.body }),
      )
      uploads.push({ ...delivery, versionId: VersionId })
    }
    return `sent ${count} file(s)`
  }

  const tally = async () => {
    for (const [name, count] of Object.entries(await disturb(platform, 0, {}))) counted(faults, name, count)
  }

  const step = async (): Promise<string> => {
    if (dice.happens(0.5)) return upload()
    const mishap = dice.oneOf(mishaps)
    // Counts are the server's own, and end with its rates.
    if (mishap === change || mishap.name === "killAll") await tally()
    const happened = await mishap(platform, dice)
    platform = happened.platform ?? platform
    counted(mishapsSeen, mishap.name)
    return happened.words
  }

  try {
    const attributes = { VisibilityTimeout: `${VISIBILITY_SECONDS}` }
    await sqs(platform.at, "SetQueueAttributes", { QueueUrl: platform.at.outputs["QueueUrl"], Attributes: attributes })
    say(`seed ${seed}: ${seconds} s of mishaps`)
    await disturb(platform, seed, weathers["rain"]!)
    const began = Date.now()
    say(await upload())
    for (let number = 1; Date.now() - began < seconds * 1000; number++) {
      say(`${((Date.now() - began) / 1000).toFixed(1)} s, step ${number}: ${await step()}`)
      await setTimeout(100 + dice.below(1500))
    }
    await tally()
    const settled = await settle(platform, say)
    const runs = new Set((await executions(platform)).map(({ name = "" }) => name.replace(/-again.*$/, "")))
    return {
      seed,
      seconds,
      files: uploads.length,
      rows: sender.sent().length,
      runs: runs.size,
      mishaps: mishapsSeen,
      faults,
      repeated: settled.repeated,
      redriven: settled.redriven,
      problems: await problems(platform, uploads, sender.sent()),
    }
  } finally {
    await platform.pos.dispose()
  }
}
