/** What the stores send on a bad day, and what must come of it. */
import { csv, gzip, jsonl, row } from "../e2e/files.ts"
import { day, type Line } from "../e2e/sales.ts"
import type { Dice } from "./dice.ts"

export interface Delivery {
  readonly key: string
  readonly body: Uint8Array
  readonly good: boolean
}

const DAYS = 4
const LINES = 120

/** Every line that some file may hold: each file holds some of them, so that most come several times. */
const all = Array.from({ length: DAYS }, (_, number) => day(number, LINES)).flat()

const bytes = (text: string) => new TextEncoder().encode(text)

const written = (dice: Dice, number: number, lines: ReadonlyArray<Line>): Omit<Delivery, "good"> => {
  const rows = lines.map(row)
  // Some files are sent again under the name of an earlier one.
  const name = `incoming/store ${number % 9}/part-${dice.happens(0.2) ? dice.below(number + 1) : number}`
  return dice.oneOf([
    () => ({ key: `${name}.csv`, body: bytes(csv(rows)) }),
    () => ({ key: `${name}.csv.gz`, body: gzip(csv(rows, { delimiter: ";" })) }),
    () => ({ key: `${name}.jsonl`, body: bytes(jsonl(rows)) }),
  ])()
}

const broken = (dice: Dice, number: number): Omit<Delivery, "good"> => {
  const rows = all.slice(0, 5).map(row)
  const key = `incoming/bad/${number}`
  return dice.oneOf([
    () => ({ key: `${key}.csv`, body: bytes(csv(rows.map((one) => ({ ...one, quantity: "many" })))) }),
    () => ({ key: `${key}.csv.gz`, body: gzip(csv(rows)).subarray(0, 40) }),
    () => ({ key: `${key}.jsonl`, body: bytes(jsonl(rows).slice(0, -9)) }),
    () => ({ key: `${key}.csv.report.json`, body: bytes(`{"verdict":"valid"}\n`) }),
  ])()
}

export interface Sender {
  readonly delivery: () => Delivery
  /** The lines of all good files so far, each once. */
  readonly sent: () => ReadonlyArray<Line>
}

export const makeSender = (dice: Dice): Sender => {
  const sent = new Set<Line>()
  let number = 0
  return {
    delivery: () => {
      number++
      if (dice.happens(0.2)) return { ...broken(dice, number), good: false }
      const lines = Array.from({ length: 1 + dice.below(60) }, () => dice.oneOf(all))
      const own = [...new Set(lines)]
      for (const line of own) sent.add(line)
      return { ...written(dice, number, own), good: true }
    },
    sent: () => all.filter((line) => sent.has(line)),
  }
}
