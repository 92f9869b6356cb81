/** What befalls the platform while files come in. */
import { setTimeout } from "node:timers/promises"
import type { Dice } from "./dice.ts"
import { disturb, emulator, jobs, kill, lambdas, type Platform, platformOf, type Rates } from "./platform.ts"

/** How long to wait for a job to start, and how long one lives at most before it is killed: milliseconds. */
const JOB_WITHIN = 5000
const JOB_LIVES = 1500

/** What a mishap did, in words; the platform, where it is a new one. */
export interface Happened {
  readonly words: string
  readonly platform?: Platform
}

export type Mishap = (platform: Platform, dice: Dice) => Promise<Happened>

/** Shares of requests, or of messages, that a fault strikes. */
const weathers: Readonly<Record<string, Rates>> = {
  calm: {},
  rain: { refuse: 0.03, slow: 0.05, lose: 0.05, cut: 0.08, late: 0.2, twice: 0.2, reorder: 1 },
  storm: { refuse: 0.08, slow: 0.1, lose: 0.08, cut: 0.15, late: 0.5, twice: 0.5, reorder: 1 },
}

/** Waits for a job, and kills it at any moment of its life. */
const killJob: Mishap = async (platform, dice) => {
  const moment = dice.next()
  for (const deadline = Date.now() + JOB_WITHIN; Date.now() < deadline; await setTimeout(20)) {
    const [pid] = jobs(platform)
    if (pid === undefined) continue
    await setTimeout(moment * JOB_LIVES)
    return { words: kill(pid) ? "killed a job" : "a job was over before it was killed" }
  }
  return { words: "no job ran" }
}

const killLambda: Mishap = async (platform) => {
  const killed = lambdas(await emulator(platform)).filter(kill)
  return { words: `killed ${killed.length} process(es) of the Lambda` }
}

/**
 * Kills everything. What AWS has confirmed, AWS keeps; the local AWS keeps it from its next snapshot on, so one is made
 * first. Whatever runs at that moment is cut off.
 */
const killAll: Mishap = async (platform) => {
  await disturb(platform, 0, {})
  await setTimeout(300)
  await fetch(`${platform.at.endpoint}/_pos/snapshot`, { method: "POST" })
  kill(await emulator(platform))
  await platform.pos.json(0, "start", "--no-build")
  return { words: "killed the whole platform and started it again", platform: await platformOf(platform.pos) }
}

const change: Mishap = async (platform, dice) => {
  const name = dice.oneOf(["calm", "rain", "rain", "storm"])
  await disturb(platform, dice.below(1 << 30), weathers[name]!)
  return { words: `the weather is ${name} now` }
}

/** Each as often as it stands here. */
export const mishaps: ReadonlyArray<Mishap> = [
  ...Array.from({ length: 5 }, () => killJob),
  killLambda,
  killAll,
  ...Array.from({ length: 3 }, () => change),
]
export { change, weathers }
