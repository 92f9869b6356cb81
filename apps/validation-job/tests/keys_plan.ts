/** Prints plans of sales by how far the key reaches, and small files with what the contract's own reading says of them. */
import { everywhere, groupReading, perBusinessDate } from "@pos/contract"
import { dataset as sales } from "@pos/sales"
import { compile } from "@pos/sql"
import { Effect } from "effect"

const BEGIN = 1_747_785_600n
const DAY = 86_400n

const scopes = { nothing: {}, date: { unique: perBusinessDate }, days: { unique: everywhere(2) } }

/** Numbers that look random and are the same each time. */
const dice = (seed: number) => {
  let state = seed
  return (sides: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(state / 65_536) % sides
  }
}

const file = (seed: number) => {
  const roll = dice(seed)
  return Array.from({ length: 1 + roll(12) }, () => ({ id: `T${roll(3)}`, day: roll(7), quantity: 1 + roll(2) }))
}

const answers = Effect.forEach(Object.entries(scopes), ([name, unique]) =>
  Effect.gen(function* () {
    const data = { ...sales, ...unique }
    const hash = `sha256:${name}`
    const plan = { ...(yield* compile(data, [])), hash }
    const cases = Array.from({ length: 12 }, (_, seed) => {
      const rows = file(seed)
      const read = rows.map(({ id, day, quantity }) => ({
        transaction_id: id,
        quantity: BigInt(quantity),
        timestamp: (BEGIN + BigInt(day) * DAY) * 1_000_000n,
      }))
      const sent = rows.map(({ id, day, quantity }) => [id, quantity, String(BEGIN + BigInt(day) * DAY)])
      return { sent, told: groupReading(data, read) }
    })
    const datasets = { [sales.table]: plan }
    return [name, { plan: { format: "pos-plan/2", hash, datasets, defaultDataset: sales.table }, cases }] as const
  }),
)

process.stdout.write(JSON.stringify(Object.fromEntries(await Effect.runPromise(answers))))
