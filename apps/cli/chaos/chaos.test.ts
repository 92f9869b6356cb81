/** A short bad day; `nx run cli:chaos-run` makes longer ones. */
import { assert, it } from "@effect/vitest"
import { chaos } from "./chaos.ts"

const SEED = 20_250_601
const SECONDS = 30

it("has the tables of a quiet day after a bad one, and no file is lost", { timeout: 600_000 }, async () => {
  const summary = await chaos({ seed: SEED, seconds: SECONDS, say: (words) => process.stderr.write(`${words}\n`) })
  process.stderr.write(`${JSON.stringify(summary)}\n`)
  assert.deepStrictEqual(summary.problems, [])
  assert.isAtLeast(summary.files, 10)
})
