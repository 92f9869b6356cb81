/** `nx run cli:chaos-run --seed=7 --seconds=600 --json`: longer than the suite, and with another seed each time. */
import { parseArgs } from "node:util"
import { chaos } from "./chaos.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
    seconds: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
  },
})

const summary = await chaos({
  seed: Number(values.seed),
  seconds: Number(values.seconds),
  say: (words) => process.stderr.write(`${words}\n`),
})
if (values.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
else {
  const { files, rows, runs, repeated, redriven, problems } = summary
  process.stdout.write(
    `${files} files, ${rows} rows, ${runs} runs; ${repeated} repeated, ${redriven} announcements sent back\n`,
  )
  process.stdout.write(
    problems.length === 0 ? "The tables are right, and no file is lost.\n" : `${problems.join("\n")}\n`,
  )
}
process.exitCode = summary.problems.length === 0 ? 0 : 1
