/** The arithmetic of docs/sizing.md, from its own prices and figures: what the page says must come out. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"

const page = readFileSync(join(import.meta.dirname, "../../../docs/sizing.md"), "utf8")

/** What the page says in words that match; the parenthesised number in them. */
const said = (words: RegExp): number => {
  const [, number] = words.exec(page) ?? []
  assert.isDefined(number, `the page does not say ${words}`)
  return Number(number)
}

// Dollars a DPU-hour.
const spark = said(/Glue 6\.0 \(`glueetl`\) \| \$([\d.]+) per DPU-hour/)
const shell = said(/Glue Python Shell \| \$([\d.]+) per DPU-hour/)

const megabytesPerSecond = said(/S3 gives a job\s+(\d+) MB\/s/)
const shellStart = said(/a Python Shell job is billed (\d+) s before/)
const sparkStart = said(/a Spark job (\d+) s \(session/)
// Of a worker's four vCPUs, each half of a measured core.
const sparkSeconds = (said(/load, Spark \| ([\d.]+) processor seconds/) * 2) / 4
// Two cores kept busy, each half of a measured one.
const embedded = said(/`glueetl`\) \| ([\d.]+) processor seconds and/)
const embeddedShell = said(/`pythonshell`\) \| ([\d.]+) processor seconds,/)

interface Cost {
  readonly seconds: number
  /** DPU-minutes of all runs; each is billed for a minute at least. */
  readonly minutes: number
  readonly dollars: number
}

const cost = (rate: number, dpus: number, runs: number, seconds: number): Cost => {
  const minutes = (Math.max(60, seconds) * dpus * runs) / 60
  return { seconds, minutes, dollars: (minutes * rate) / 60 }
}

/** Of a day of so many million rows, 50 MB each, in shards of 8 GiB. */
const day = (millions: number, { workers, glueetl, pythonshell }: Record<string, number>) => {
  const shards = Math.max(1, Math.ceil((millions * 50) / 8590))
  const seconds = shellStart + (millions * 50) / shards / megabytesPerSecond
  return {
    shards,
    validation: cost(shell, 1, shards, seconds),
    spark: cost(spark, workers!, 1, sparkStart + (sparkSeconds * millions) / (workers! - 1)),
    glueetl: cost(spark, 2, glueetl!, sparkStart + (embedded * millions) / glueetl!),
    pythonshell: cost(shell, 1, pythonshell!, shellStart + (embeddedShell * millions) / pythonshell!),
  }
}

/** Two digits that count. */
const two = (value: number): number => Number(value.toPrecision(2))
const dollars = (value: number): string => `$${value.toPrecision(2)}`

const days = {
  "1 million": day(1, { workers: 2, glueetl: 1, pythonshell: 1 }),
  "100 million": day(100, { workers: 2, glueetl: 1, pythonshell: 1 }),
  "1,000 million": day(1000, { workers: 10, glueetl: 2, pythonshell: 5 }),
}

/** The cells of the rows that begin with this one. */
const rows = (first: string): ReadonlyArray<ReadonlyArray<string>> =>
  page
    .split("\n")
    .filter((line) => line.startsWith(`| ${first}`))
    .map((line) =>
      line
        .split("|")
        .slice(2, -1)
        .map((cell) => cell.trim()),
    )

describe("docs/sizing.md", () => {
  for (const [name, of] of Object.entries(days)) {
    const [seconds = [], costs = []] = rows(name)

    it(`has the seconds and DPU-minutes of ${name} rows`, () => {
      const parts = [of.validation, of.spark, of.glueetl, of.pythonshell]
      assert.lengthOf(seconds, parts.length)
      for (const [index, part] of parts.entries()) {
        const [, told] = /(\d+) s[:,]/.exec(seconds[index] ?? "") ?? []
        const [, minutes] = /\*\*([\d.]+)\*\*/.exec(seconds[index] ?? "") ?? []
        assert.strictEqual(Number(told), Math.round(part.seconds), seconds[index])
        assert.strictEqual(Number(minutes), two(part.minutes), seconds[index])
      }
    })

    it(`has what ${name} rows cost a day and in 30 days`, () => {
      const loads = [of.spark, of.glueetl, of.pythonshell]
      for (const [index, load] of loads.entries()) {
        const total = of.validation.dollars + load.dollars
        const unit = name === "1 million" && index === 0 ? [" a day", " a month"] : ["", ""]
        assert.strictEqual(costs[index], `${dollars(total)}${unit[0]}, ${dollars(total * 30)}${unit[1]}`)
      }
    })
  }

  it("has what each batch costs at least", () => {
    const { pythonshell, spark: sparkLoad, validation } = days["1 million"]
    for (const [batches, first] of [
      [1, "1"],
      [24, "24"],
      [288, "288 (every five minutes)"],
    ] as const) {
      const [cells = []] = rows(`${first} |`)
      const each = [sparkLoad, pythonshell].map((load) => dollars((validation.dollars + load.dollars) * batches))
      assert.deepStrictEqual(cells, each)
    }
  })

  it("has what maintenance costs", () => {
    assert.include(page, `4 DPU-min, ${dollars((4 * spark) / 60)}; \`pythonshell\` 1 DPU-min, ${dollars(shell / 60)}`)
  })

  it("has what 200 GB cost", () => {
    const validation = cost(shell, 1, 25, shellStart + 8590 / megabytesPerSecond)
    const load = cost(spark, 10, 5, sparkStart + (sparkSeconds * 800) / 9)
    assert.include(
      page,
      `25 shards × ${Math.round(validation.seconds)} s = ${two(validation.minutes)} DPU-min, ${dollars(validation.dollars)}`,
    )
    assert.match(page, new RegExp(`10\\s+= ${Math.round(load.minutes)} DPU-min, \\${dollars(load.dollars)}\\.`))
  })
})

describe("a report", () => {
  it("costs what its seconds and its reads come to", () => {
    const [gigabytes, seconds] = [said(/starts a Lambda of (\d+) GB/), said(/for some (\d+) s with its start/)]
    const rate = said(/\$([\d.]+) a GB-second/)
    const reads = said(/some (\d+) reads of S3 a report/)
    assert.strictEqual(two(1000 * gigabytes * seconds * rate), said(/that is \$([\d.]+); beside them/))
    assert.strictEqual(two((1000 * reads * 0.0004) / 1000), said(/reads of S3 a report, \$([\d.]+) for 1,000/))
  })
})
